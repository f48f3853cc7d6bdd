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
  bool required = false;                   ///< never null
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

  /// insert, upsert: the statement of a row that gives every column; empty where a key is drawn for each row.
  std::string insert{};
  /// Inserts and updates answer with the rowids that they wrote: what is given back is read by them. Else
  /// they are only counted, which spares SQLite a table of results and the journal that comes with it.
  bool wants_keys = false;

  /// update, erase: the rowids of the rows that may be touched.
  Statement candidates{};
  /// update: writes the row's cells into the rows of `keys`.
  Statement update{};

  /// Row security on rows before they are stored; "1" where it asks nothing. `rest0` is the row to come.
  std::string insert_policy = "1";
  /// merges: on the row that is met, under its table's name, and on what it becomes, as `rest0`.
  std::string met_policy = "1";
  std::string merged_policy = "1";
  /// update: 42501 where a row of `keys` would become one that may not be; empty SQL where nothing is asked.
  Statement update_policy{};
  /// The same on the rows as stored: a default that was set may differ each time it is made.
  Statement updated_policy{};

  std::optional<CompiledRead> representation{};
  std::vector<std::string> location_columns{};  ///< of `requested`, for return=headers-only
  std::optional<CompiledRead> location{};
};

/// Plans and compiles. Errors: those of reads, and PGRST105, PGRST204, 42501, 428C9, 42P10, 55000.
Result<WritePlan> plan_write(const PlanContext& context, std::string_view role, const Request& request,
                             const schema::Table& table, const Payload& payload);

/// What of a payload decides the plan, besides the request's shape: the key that the plan may be kept under;
/// empty where it is not to be kept.
[[nodiscard]] std::string write_plan_key(std::string_view role, const Request& request,
                                         const Payload& payload);

/// The table that a view's writes go to: the only one whose columns it shows; null where there is none.
[[nodiscard]] const schema::Table* writable_base(const schema::Catalogue& catalogue,
                                                 const schema::Table& relation);

/// What DEFAULT stands for.
[[nodiscard]] std::string default_sql(const schema::Column& column);

}  // namespace holdfast::records
