#include "disk_measure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <utility>

#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kCallers = 16;
constexpr std::int64_t kRows = 10'000;

class ScratchFolder {
 public:
  static Result<ScratchFolder> beside(const fs::path& folder) {
    const fs::path parent = fs::absolute(folder).parent_path();
    std::string name = (parent / "holdfast-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      return Error{.code = "58030",
                   .message = "could not make a folder in " + parent.string(),
                   .details = std::strerror(errno)};
    return ScratchFolder(name);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// How often a second `callers` threads together do `once`, which gives false to give up.
Measure rate(std::string what, std::chrono::milliseconds time, int callers,
             const std::function<bool()>& once) {
  std::atomic<std::int64_t> count{0};
  const auto start = std::chrono::steady_clock::now();
  const auto call = [&] {
    while (std::chrono::steady_clock::now() - start < time && once()) ++count;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) threads.emplace_back(call);
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return {.what = std::move(what), .per_second = static_cast<double>(count) / passed.count()};
}

Result<Measure> fsyncs(const fs::path& folder, std::chrono::milliseconds time) {
  const fs::path file = folder / "fsync";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Error{.code = "58030", .message = "could not create " + file.string()};
  std::array<char, 4096> page{};
  off_t at = 0;
  auto measure = rate("fsync of 4 KiB", time, 1, [&] {
    at = (at + 4096) % (1 << 20);
    return ::pwrite(descriptor, page.data(), page.size(), at) > 0 && ::fdatasync(descriptor) == 0;
  });
  ::close(descriptor);
  return measure;
}

Result<void> insert(sql::Connection& connection) {
  HF_TRY(auto statement, connection.prepare("INSERT INTO bench (text) VALUES ($1)"));
  HF_CHECK(statement->bind(
      1, sql::ValueView::of(std::string_view("a row of some sixty characters, as a small record has it"))));
  HF_CHECK(statement->step());
  return {};
}

Result<void> fill(sql::Connection& connection) {
  return connection.execute(
      "CREATE TABLE bench (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      std::to_string(kRows) + ") INSERT INTO bench (text) SELECT 'row ' || i FROM n");
}

Result<void> read_one(sql::Connection& connection, std::int64_t key) {
  HF_TRY(auto statement, connection.prepare("SELECT text FROM bench WHERE id = $1"));
  HF_CHECK(statement->bind(1, sql::ValueView::of(key)));
  HF_CHECK(statement->step());
  return {};
}

}  // namespace

Result<std::vector<Measure>> measure_disk(const fs::path& data_folder, std::chrono::milliseconds time) {
  HF_TRY(const auto folder, ScratchFolder::beside(data_folder));
  HF_TRY(const auto fsync_rate, fsyncs(folder.path(), time));
  std::vector<Measure> measures{fsync_rate};

  sql::SqliteOptions options;
  options.file = folder.path() / "bench.db";
  HF_TRY(const auto database, sql::open_sqlite(std::move(options)));
  HF_CHECK(database->exclusive(fill));
  const sql::Session session{.principal = base::Principal::system(), .request_id = "bench"};
  const auto write = [&] { return database->write(session, insert).ok(); };
  measures.push_back(rate("durable commits, one caller", time, 1, write));
  measures.push_back(rate("durable commits, sixteen callers", time, kCallers, write));
  std::int64_t key = 0;
  const auto read = [&] {
    key = key % kRows + 1;
    return database->read(session, [&](sql::Connection& connection) { return read_one(connection, key); })
        .ok();
  };
  measures.push_back(rate("reads by key, one caller", time, 1, read));
  return measures;
}

}  // namespace holdfast::cli
