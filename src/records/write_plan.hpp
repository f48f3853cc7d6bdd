#pragma once

#include <optional>
#include <string>
#include <vector>

#include "records/body.hpp"
#include "records/compile_read.hpp"
#include "records/read_plan.hpp"

namespace holdfast::records {

/// A column of the payload and where it is stored.
struct TargetColumn {
  const schema::Column* column = nullptr;  ///< of the base table
};

/// A write against one table, compiled: the second and third stage's outcome. A view that shows one table's
/// columns is written through to that table.
struct WritePlan {
  Action action = Action::insert;
  const schema::Table* requested = nullptr;  ///< the table or view of the request
  const schema::Table* base = nullptr;       ///< the table that is written
  std::vector<TargetColumn> columns{};

  /// insert, upsert: conflict target and what then.
  std::vector<const schema::Column*> conflict{};
  bool merges = false;
  bool ignores = false;
  /// upsert_one: the literal that each key column must equal.
  std::vector<std::pair<const schema::Column*, int>> required_keys{};

  /// update, erase: the rowids of the rows that may be touched.
  Statement candidates{};
  /// update: writes the row's cells into the rows of `keys`.
  Statement update{};

  /// Conditions on the rows of `keys` after the write, as `SELECT count(*)` of those that break it; empty
  /// SQL where there is none.
  Statement insert_check{};
  Statement update_check{};
  Statement select_check{};
  /// Before an upsert changes a row that is there: the policies for UPDATE on it.
  Statement conflict_check{};

  std::optional<CompiledRead> representation{};
  std::vector<std::string> location_columns{};  ///< of `requested`, for return=headers-only
  std::optional<CompiledRead> location{};
};

/// Plans and compiles. Errors: those of reads, and PGRST105, PGRST204, 42501, 428C9, 42P10, 55000.
Result<WritePlan> plan_write(const PlanContext& context, std::string_view role, const Request& request,
                             const schema::Table& table, const Payload& payload);

/// The table that a view's writes go to: the only one whose columns it shows; null where there is none.
[[nodiscard]] const schema::Table* writable_base(const schema::Catalogue& catalogue,
                                                 const schema::Table& relation);

/// `INSERT ... RETURNING _rowid_` for the columns at these positions of plan.columns.
[[nodiscard]] std::string insert_sql(const WritePlan& plan, const std::vector<std::size_t>& present);

}  // namespace holdfast::records
