#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "sql/connection.hpp"
#include "sql/database.hpp"

namespace holdfast::sql {

enum class Operation : std::uint8_t { insert = 1, update = 2, erase = 3 };

/// One changed row while it is being changed: valid during on_change() only.
class RowChange {
 public:
  virtual ~RowChange() = default;
  [[nodiscard]] virtual std::string_view table() const = 0;
  [[nodiscard]] virtual Operation operation() const = 0;
  [[nodiscard]] virtual int column_count() const = 0;
  /// Before: update and erase. After: insert and update. Columns in the order of the table.
  [[nodiscard]] virtual ValueView before(int column) const = 0;
  [[nodiscard]] virtual ValueView after(int column) const = 0;
};

/// Sees every row that the write connection changes (cascades and triggers too) and writes the log at the
/// end of each member. All calls come on the writer's thread. The log room implements it.
class ChangeObserver {
 public:
  virtual ~ChangeObserver() = default;

  /// The tables may have other columns than before. Called before the first member that runs on the new
  /// schema, in its transaction and before its work, and once at the beginning; must not write.
  virtual Result<void> schema_changed(Connection& /*connection*/) { return {}; }
  /// A row changes. Changes to `hf_` and full-text shadow tables are not reported.
  virtual void on_change(const RowChange& change) = 0;
  /// How much has been buffered; rewind(mark()) forgets the rows of a statement that failed.
  [[nodiscard]] virtual std::size_t mark() const = 0;
  virtual void rewind(std::size_t mark) = 0;

  /// The member's work is done: writes its changes through `connection` and answers with their position
  /// (0 when there were none). The buffer is empty afterwards.
  virtual Result<Position> before_release(Connection& connection, const Session& session) = 0;
  /// The transaction of the batch ended without committing: positions given since its start are void.
  virtual void after_rollback() = 0;
  /// Everything up to `last` is durable. `last` is 0 when the batch logged nothing.
  virtual void after_commit(Position last) = 0;
};

}  // namespace holdfast::sql
