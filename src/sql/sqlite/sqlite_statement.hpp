#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/connection.hpp"
#include "sql/sqlite/change_capture.hpp"
#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::sql {

struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// What a statement needs of the connection that it runs on.
struct StatementHost {
  sqlite3* connection = nullptr;
  const Session* session = nullptr;
  /// Null on readers and where nobody observes.
  ChangeCapture* capture = nullptr;
};

class SqliteStatement final : public Statement {
 public:
  /// 42601 where the text has a placeholder that is not `$n`.
  static Result<std::unique_ptr<SqliteStatement>> make(StatementHost host, StatementHandle handle);

  Result<void> bind(int position, ValueView value) override;
  [[nodiscard]] int parameter_count() const override { return static_cast<int>(slots_.size()); }
  Result<bool> step() override;
  void reset() override;
  [[nodiscard]] int column_count() const override { return sqlite3_column_count(handle_.get()); }
  [[nodiscard]] std::string_view column_name(int column) const override;
  [[nodiscard]] ValueView column(int column) const override;
  [[nodiscard]] std::int64_t affected_rows() const override { return affected_rows_; }

 private:
  enum class Stage { ready, rows, done };

  SqliteStatement(StatementHost host, StatementHandle handle, std::vector<int> slots)
      : host_(host), handle_(std::move(handle)), slots_(std::move(slots)) {}
  Result<void> start();
  Error failed();

  StatementHost host_;
  StatementHandle handle_;
  /// SQLite numbers `$1` by where it first stands in the text; PostgreSQL by its name. Position - 1 gives
  /// SQLite's index, 0 where the text skips a number.
  std::vector<int> slots_;
  Stage stage_ = Stage::ready;
  std::size_t capture_mark_ = 0;
  std::int64_t affected_rows_ = 0;
};

}  // namespace holdfast::sql
