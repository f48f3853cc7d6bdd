// What the commit log costs a row: the same writes with it and without it, in microseconds a row. Elapsed
// time on an idle machine, processor time on a busy one: the difference of the second hardly depends on what
// else runs.
//
//   log_bench [folder]      the folder decides which disk is measured; the system's temporary one without it

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/change_log.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr int kRows = 40'000;

constexpr char kTable[] = R"(CREATE TABLE app_versions(
  id TEXT PRIMARY KEY, app_id TEXT NOT NULL, version_code INTEGER NOT NULL, version_name TEXT NOT NULL,
  package_url TEXT NOT NULL, package_size INTEGER NOT NULL, signature TEXT NOT NULL, permissions TEXT,
  release_notes TEXT, status TEXT, published_at INTEGER, created_at INTEGER) STRICT)";

[[noreturn]] void fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
  std::exit(1);
}

sql::Session session() {
  return {.principal = {.role = "authenticated",
                        .subject = "7f3b1f9e-0d4f-4b60-9d7c-2f6a1f0c9a55",
                        .claims_json = "{}",
                        .key_prefix = "hf_pub_1234"},
          .request_id = "01JD3ZK3N9W8Q1T5"};
}

/// A database in a folder of its own, with or without the log.
class Bench {
 public:
  Bench(const std::filesystem::path& folder, bool logged) : folder_(folder) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened =
        sql::open_sqlite({.file = folder_ / "bench.db", .setups = {}, .observer = logged ? &log_ : nullptr});
    if (!opened.ok()) fail(opened.error());
    database_ = *std::move(opened);
    const auto made = database_->exclusive([&](sql::Connection& connection) -> Result<void> {
      if (logged) HF_CHECK(log_.prepare(connection));
      return connection.execute(kTable);
    });
    if (!made.ok()) fail(made.error());
  }
  ~Bench() {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  struct Cost {
    double elapsed = 0;
    double processor = 0;
  };
  /// Microseconds a row when `rows_each` rows make a member; members queue as fast as they are taken.
  Cost run(int rows_each, const std::function<Result<void>(sql::Connection&, int row)>& write_row) {
    const int members = kRows / rows_each;
    std::promise<void> finished;
    std::atomic<int> left = members;
    const auto begin = Clock::now();
    const auto processor_begin = std::clock();
    for (int member = 0; member < members; ++member) {
      database_->write_async({.session = session(),
                              .work = [=](sql::Connection& connection) -> Result<void> {
                                for (int i = 0; i < rows_each; ++i)
                                  HF_CHECK(write_row(connection, member * rows_each + i));
                                return {};
                              },
                              .done =
                                  [&](Result<sql::Committed> answer) {
                                    if (!answer.ok()) fail(answer.error());
                                    if (--left == 0) finished.set_value();
                                  }});
    }
    finished.get_future().wait();
    constexpr double kMicrosecondsAClock = 1e6 / CLOCKS_PER_SEC;
    return {.elapsed = std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / kRows,
            .processor = static_cast<double>(std::clock() - processor_begin) * kMicrosecondsAClock / kRows};
  }

 private:
  std::filesystem::path folder_;
  log::ChangeLog log_;
  std::unique_ptr<sql::Database> database_;
};

std::string key_of(int row) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", static_cast<unsigned>(row) * 2654435761U,
                static_cast<unsigned>(row));
  return text;
}

Result<void> insert_row(sql::Connection& connection, int row) {
  static const std::string kSignature(64, 'a');
  static const std::string kNotes(80, 'n');
  HF_TRY(auto insert,
         connection.prepare("INSERT INTO app_versions VALUES($1, $1, $2, '1.0-1', $3, 123456, $4, '[]', "
                            "$5, 'draft', NULL, 1763650000000000)"));
  const auto key = key_of(row);
  HF_CHECK(insert->bind(1, sql::ValueView::of(key)));
  HF_CHECK(insert->bind(2, sql::ValueView::of(std::int64_t{row})));
  HF_CHECK(
      insert->bind(3, sql::ValueView::of("https://packages.example.org/pool/main/a/app/app_1.0-1_all.deb")));
  HF_CHECK(insert->bind(4, sql::ValueView::of(kSignature)));
  HF_CHECK(insert->bind(5, sql::ValueView::of(kNotes)));
  HF_CHECK(insert->step());
  return {};
}

Result<void> update_row(sql::Connection& connection, int row) {
  HF_TRY(auto update, connection.prepare("UPDATE app_versions SET status = 'review' WHERE id = $1"));
  const auto key = key_of(row);
  HF_CHECK(update->bind(1, sql::ValueView::of(key)));
  HF_CHECK(update->step());
  return {};
}

/// One figure for each run.
using Costs = std::vector<Bench::Cost>;

double median(const Costs& costs, double Bench::Cost::*figure) {
  std::vector<double> values;
  for (const auto& cost : costs) values.push_back(cost.*figure);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void print(const char* what, int rows_each, const Costs& plain, const Costs& logged) {
  std::printf("%s, %d rows a member\n", what, rows_each);
  for (const auto& [name, figure] :
       {std::pair{"elapsed", &Bench::Cost::elapsed}, std::pair{"processor", &Bench::Cost::processor}}) {
    const double without = median(plain, figure);
    const double with = median(logged, figure);
    std::printf("  %-9s  without %6.2f   with log %6.2f   log costs %5.2f us/row\n", name, without, with,
                with - without);
  }
}

void measure(const std::filesystem::path& folder, int rows_each) {
  Costs inserts[2];
  Costs updates[2];
  for (int run = 0; run < kRuns; ++run) {
    for (const bool logged : {false, true}) {
      Bench bench(folder, logged);
      inserts[logged].push_back(bench.run(rows_each, insert_row));
      updates[logged].push_back(bench.run(rows_each, update_row));
    }
  }
  print("insert", rows_each, inserts[0], inserts[1]);
  print("update", rows_each, updates[0], updates[1]);
}

}  // namespace
}  // namespace holdfast

int main(int count, char** arguments) {
  const std::filesystem::path parent = count > 1 ? arguments[1] : std::filesystem::temp_directory_path();
  for (const int rows_each : {1, 10, 1000}) holdfast::measure(parent / "holdfast-log-bench", rows_each);
  return 0;
}
