// What a read and a write cost through the library, next to SQLite's C API on the same file with the same
// settings (WAL, synchronous=FULL) and the same statement, in one process. Reads by processor time of the
// thread, which hardly depends on what else runs; writes by elapsed time too, because they wait for the disk.
//
//   library_bench [folder]      the folder decides which disk is measured; the system's temporary one without
//   it
//
// The last line is JSON for bench/run.

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <holdfast/holdfast.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using holdfast::Principal;
using holdfast::Result;
using holdfast::Store;
using holdfast::Transaction;
using Clock = std::chrono::steady_clock;

constexpr int kRows = 100'000;
constexpr int kRuns = 5;
constexpr int kReads = 60'000;
constexpr std::chrono::milliseconds kWriting{700};

constexpr char kMigration[] = R"(
CREATE TABLE items (
  id bigint PRIMARY KEY, owner uuid NOT NULL, name text NOT NULL, category text NOT NULL, price bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE orders (id bigint PRIMARY KEY, item bigint NOT NULL, amount bigint NOT NULL, note text NOT NULL);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY owned ON items FOR SELECT TO authenticated USING (owner = auth.uid());
GRANT SELECT ON items TO authenticated;
)";
constexpr char kOwner[] = "7f3b1f9e-0d4f-4b60-9d7c-2f6a1f0c9a55";
constexpr char kRead[] = "SELECT name, category, price FROM items WHERE id = $1";
constexpr char kList[] = "SELECT name, category, price FROM items WHERE id >= $1 ORDER BY id LIMIT 20";
constexpr char kWrite[] = "INSERT INTO orders (id, item, amount, note) VALUES ($1, $2, $3, $4)";
const std::string kNote = "as agreed on the telephone";

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) fail(result.error().to_string());
  return *std::move(result);
}

template <class T>
void check(const Result<T>& result) {
  if (!result.ok()) fail(result.error().to_string());
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Item {
  std::string name;
  std::string category;
  std::int64_t price = 0;
};

/// SQLite as its own documentation would use it: statements prepared once, reset after each use.
class Plain {
 public:
  explicit Plain(const std::filesystem::path& file) {
    if (sqlite3_open_v2(file.c_str(), &handle_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK)
      fail("sqlite3_open_v2");
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA "
        "foreign_keys = ON");
  }
  ~Plain() {
    for (auto* statement : {read_, list_, write_, begin_, commit_}) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(handle_));
  }
  void prepare() {
    read_ = statement(kRead);
    list_ = statement(kList);
    write_ = statement(kWrite);
    begin_ = statement("BEGIN");
    commit_ = statement("COMMIT");
  }
  void begin() { once(begin_); }
  void commit() { once(commit_); }
  Item read(std::int64_t id) {
    sqlite3_bind_int64(read_, 1, id);
    if (sqlite3_step(read_) != SQLITE_ROW) fail("no such item");
    auto item = item_of(read_);
    if (sqlite3_step(read_) != SQLITE_DONE) fail("two such items");
    sqlite3_reset(read_);
    return item;
  }
  std::vector<Item> list(std::int64_t from) {
    std::vector<Item> items;
    sqlite3_bind_int64(list_, 1, from);
    while (sqlite3_step(list_) == SQLITE_ROW) items.push_back(item_of(list_));
    sqlite3_reset(list_);
    return items;
  }
  void write(std::int64_t id) {
    sqlite3_bind_int64(write_, 1, id);
    sqlite3_bind_int64(write_, 2, id % kRows);
    sqlite3_bind_int64(write_, 3, 3);
    sqlite3_bind_text(write_, 4, kNote.data(), static_cast<int>(kNote.size()), SQLITE_STATIC);
    if (sqlite3_step(write_) != SQLITE_DONE) fail(sqlite3_errmsg(handle_));
    sqlite3_reset(write_);
  }

 private:
  sqlite3_stmt* statement(const char* sql) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
      fail(sqlite3_errmsg(handle_));
    return made;
  }
  static void once(sqlite3_stmt* statement) {
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  static std::string text(sqlite3_stmt* row, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
  }
  static Item item_of(sqlite3_stmt* row) {
    return {text(row, 0), text(row, 1), sqlite3_column_int64(row, 2)};
  }

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* read_ = nullptr;
  sqlite3_stmt* list_ = nullptr;
  sqlite3_stmt* write_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
};

}  // namespace

template <>
struct holdfast::Mapping<Item> {
  static constexpr auto columns = std::tuple{column("name", &Item::name), column("category", &Item::category),
                                             column("price", &Item::price)};
};

namespace {

std::filesystem::path blueprint_in(const std::filesystem::path& folder) {
  const auto migrations = folder / "blueprint/migrations";
  std::filesystem::create_directories(migrations);
  std::ofstream(migrations / "001_bench.up.sql") << kMigration;
  return folder / "blueprint";
}

Store open_store(const std::filesystem::path& folder, bool group_commit) {
  return must(Store::open({.path = (folder / (group_commit ? "grouped" : "single")).string(),
                           .blueprint = blueprint_in(folder).string(),
                           .migrate = true,
                           .group_commit = group_commit}));
}

void fill(Store& store) {
  const auto rows = [](Transaction& tx) {
    return tx.execute(
        "INSERT INTO items (id, owner, name, category, price) SELECT n, $1::uuid, 'item number ' || n, "
        "'category ' || (n % 20), n * 7 FROM generate_series(0, $2 - 1) AS s(n)",
        kOwner, kRows);
  };
  must(store.write(Principal::system(), rows));
}

/// Microseconds of processor time a call: the median of five runs, each side in turn.
struct Pair {
  double ours = 0;
  double plain = 0;
  [[nodiscard]] double ratio() const { return ours / plain; }
};

double microseconds(int count, const std::function<void(std::int64_t)>& call) {
  std::int64_t key = 12345;
  const auto started = thread_seconds();
  for (int i = 0; i < count; ++i) {
    key = (key * 48271) % 2147483647;
    call(key % (kRows - 20));
  }
  return (thread_seconds() - started) / count * 1e6;
}

Pair compare(const char* name, int count, const std::function<void(std::int64_t)>& ours,
             const std::function<void(std::int64_t)>& plain) {
  std::array<double, kRuns> our_times{};
  std::array<double, kRuns> plain_times{};
  microseconds(count / 10, ours);
  microseconds(count / 10, plain);
  for (int run = 0; run < kRuns; ++run) {
    our_times.at(static_cast<std::size_t>(run)) = microseconds(count, ours);
    plain_times.at(static_cast<std::size_t>(run)) = microseconds(count, plain);
  }
  std::ranges::sort(our_times);
  std::ranges::sort(plain_times);
  const Pair pair{our_times[kRuns / 2], plain_times[kRuns / 2]};
  std::printf("%-44s %8.2f us   C API %8.2f us   ratio %.3f\n", name, pair.ours, pair.plain, pair.ratio());
  return pair;
}

/// Rows a second that `threads` threads write while the time lasts.
double rows_a_second(int threads, const std::function<void(std::int64_t)>& write) {
  static std::atomic<std::int64_t> next_id = 1;
  std::atomic<std::int64_t> rows = 0;
  std::vector<std::thread> workers;
  const auto started = Clock::now();
  const auto until = started + kWriting;
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&] {
      while (Clock::now() < until) {
        write(next_id++);
        ++rows;
      }
    });
  for (auto& worker : workers) worker.join();
  return static_cast<double>(rows) / std::chrono::duration<double>(Clock::now() - started).count();
}

double fsyncs_a_second(const std::filesystem::path& folder) {
  const int file = ::open((folder / "fsync").c_str(), O_CREAT | O_WRONLY, 0600);
  const std::string block(4096, 'x');
  int count = 0;
  const auto started = Clock::now();
  while (Clock::now() < started + kWriting) {
    if (::pwrite(file, block.data(), block.size(), (count++ % 64) * 4096) < 0 || ::fdatasync(file) != 0)
      fail("fsync");
  }
  ::close(file);
  return count / std::chrono::duration<double>(Clock::now() - started).count();
}

std::string reads(Store& store, const std::filesystem::path& folder) {
  Plain plain(folder / "grouped/holdfast.db");
  plain.prepare();
  const auto system = Principal::system();
  const auto owner = must(Principal::user(kOwner));
  const auto once = [&store](const Principal& who) {
    return [&store, &who](std::int64_t id) {
      const auto rows = store.query(who, kRead, id);
      check(rows);
      check(rows->one<Item>());
    };
  };
  const auto plain_read = [&plain](std::int64_t id) { plain.read(id); };
  const auto in_transaction = [&](std::int64_t id) {
    check(store.read(system, [&](Transaction& tx) { return tx.one<Item>(kRead, id); }));
  };
  const auto plain_transaction = [&plain](std::int64_t id) {
    plain.begin();
    plain.read(id);
    plain.commit();
  };
  const auto list = [&](std::int64_t id) {
    const auto rows = store.query(system, kList, id);
    check(rows);
    check(rows->as<Item>());
  };
  const auto plain_list = [&plain](std::int64_t id) { plain.list(id); };
  const auto point = compare("point read", kReads, once(system), plain_read);
  const auto policy = compare("point read under a policy", kReads, once(owner), plain_read);
  const auto transaction = compare("point read in a transaction", kReads, in_transaction, plain_transaction);
  const auto listed = compare("list of 20", kReads / 5, list, plain_list);
  std::array<char, 200> json{};
  std::snprintf(json.data(), json.size(),
                R"("read": %.3f, "policy": %.3f, "transaction": %.3f, "list": %.3f)", point.ratio(),
                policy.ratio(), transaction.ratio(), listed.ratio());
  return json.data();
}

std::function<void(std::int64_t)> writer(Store& store) {
  return [&store](std::int64_t id) {
    must(store.execute(Principal::system(), kWrite, id, id % kRows, 3, kNote));
  };
}

std::string writes(Store& store, const std::filesystem::path& folder) {
  const double disk = fsyncs_a_second(folder);
  std::printf("%-44s %8.0f fsyncs/s\n", "the disk", disk);
  Plain plain(folder / "plain.db");
  plain.run(
      "CREATE TABLE orders (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, amount INTEGER NOT NULL, "
      "note TEXT NOT NULL) STRICT; CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, category TEXT, "
      "price "
      "INTEGER) STRICT");
  plain.prepare();
  const double alone = rows_a_second(1, [&plain](std::int64_t id) { plain.write(id); });
  const double one = rows_a_second(1, writer(store));
  const double many = rows_a_second(64, writer(store));
  auto ungrouped_store = open_store(folder, false);
  const double ungrouped = rows_a_second(64, writer(ungrouped_store));
  std::printf("%-44s %8.0f rows/s\n", "C API, one thread, one commit a row, no log", alone);
  std::printf("%-44s %8.0f rows/s   ratio to the C API %.2f\n", "library, one thread, logged", one,
              one / alone);
  std::printf("%-44s %8.0f rows/s\n", "library, 64 threads, one commit a row", ungrouped);
  std::printf("%-44s %8.0f rows/s   %.1f times one commit a row\n", "library, 64 threads, group commit", many,
              many / ungrouped);
  std::array<char, 200> json{};
  std::snprintf(json.data(), json.size(),
                R"("fsyncs": %.0f, "plain": %.0f, "one": %.0f, "ungrouped": %.0f, "grouped": %.0f)", disk,
                alone, one, ungrouped, many);
  return json.data();
}

}  // namespace

int main(int count, char** arguments) {
  std::string pattern =
      (std::filesystem::path(count > 1 ? arguments[1] : std::filesystem::temp_directory_path().c_str()) /
       "holdfast-library-bench-XXXXXX")
          .string();
  if (mkdtemp(pattern.data()) == nullptr) fail("mkdtemp " + pattern);
  const std::filesystem::path folder(pattern);
  std::string json;
  {
    auto store = open_store(folder, true);
    fill(store);
    json = "{" + reads(store, folder) + ", " + writes(store, folder) + "}";
  }
  std::filesystem::remove_all(folder);
  std::printf("%s\n", json.c_str());
  return 0;
}
