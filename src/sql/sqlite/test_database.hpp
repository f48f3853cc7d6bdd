#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/temporary_folder.hpp"
#include "sql/sqlite/sqlite_database.hpp"

// What the tests of this room and of the rooms above it stand on: real files in throw-away folders.

namespace holdfast::sql::testing {

class TemporaryFolder {
 public:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "data.db"; }

 private:
  base::testing::TemporaryFolder folder_;
};

/// The code of a result, or "ok".
template <class T>
std::string code_of(const Result<T>& result) {
  return result.ok() ? "ok" : result.error().code;
}

inline Session system_session() { return Session{.principal = base::Principal::system(), .request_id = {}}; }

inline Database::Work script(std::string sql) {
  return [sql = std::move(sql)](Connection& connection) { return connection.execute(sql); };
}

/// Every row of one query, its values as text, joined by `|`.
inline Result<std::vector<std::string>> rows_on(Connection& connection, std::string_view sql) {
  std::vector<std::string> rows;
  HF_TRY(auto statement, connection.prepare(sql));
  while (true) {
    HF_TRY(const bool row, statement->step());
    if (!row) return rows;
    std::string line;
    for (int i = 0; i < statement->column_count(); ++i) {
      const auto value = statement->column(i);
      if (i > 0) line += '|';
      if (value.kind == ValueKind::integer)
        line += std::to_string(value.integer);
      else if (value.kind == ValueKind::real)
        line += std::to_string(value.real);
      else
        line += value.bytes;
    }
    rows.push_back(std::move(line));
  }
}

inline std::vector<std::string> rows_of(Database& database, std::string_view sql) {
  std::vector<std::string> rows;
  const auto outcome = database.read(system_session(), [&](Connection& connection) -> Result<void> {
    HF_TRY(rows, rows_on(connection, sql));
    return {};
  });
  EXPECT_EQ(code_of(outcome), "ok") << outcome.error().to_string();
  return rows;
}

/// Jobs that are sure to be one batch: the writer stands still until they have all queued.
class OneBatch {
 public:
  explicit OneBatch(Database& database) : database_(database) {
    database_.write_async({.session = system_session(),
                           .work = [this](Connection&) -> Result<void> {
                             entered_.set_value();
                             go_.get_future().wait();
                             return {};
                           },
                           .done = {}});
    entered_.get_future().wait();
  }
  void add(Database::Work work, bool rollback = false) {
    add(WriteJob{.session = system_session(), .work = std::move(work), .done = {}, .rollback = rollback});
  }
  /// `job.done` is called as it would be without this.
  void add(WriteJob job) {
    auto answer = std::make_shared<std::promise<Result<Committed>>>();
    answers_.push_back(answer->get_future());
    job.done = [answer, done = std::move(job.done)](Result<Committed> committed) {
      if (done) done(committed);
      answer->set_value(std::move(committed));
    };
    database_.write_async(std::move(job));
  }
  std::vector<Result<Committed>> run() {
    go_.set_value();
    std::vector<Result<Committed>> results;
    for (auto& answer : answers_) results.push_back(answer.get());
    return results;
  }
  /// The answers' codes.
  std::vector<std::string> run_codes() {
    std::vector<std::string> codes;
    for (const auto& result : run()) codes.push_back(code_of(result));
    return codes;
  }

 private:
  Database& database_;
  std::promise<void> entered_;
  std::promise<void> go_;
  std::vector<std::future<Result<Committed>>> answers_;
};

}  // namespace holdfast::sql::testing
