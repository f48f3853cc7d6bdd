#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// One item of a SELECT list.
struct Target {
  std::string name;
  Operand value;
  bool untyped = false;
  const Column* origin = nullptr;
  const Table* origin_table = nullptr;
};

/// The SELECT list with `*` expanded and literals settled; `wanted` types are coerced to.
Result<std::vector<Target>> translate_targets(const Context& context, std::span<Node* const> list,
                                              const RowsWanted& wanted);
/// `expr AS "name", ...` and the columns that this gives. `distinct`: rows will be compared, so values carry
/// their collation.
struct TargetList {
  std::string sql;
  std::vector<Rows::Column> columns;
};
[[nodiscard]] TargetList write_targets(const std::vector<Target>& targets, bool distinct);

/// The name that PostgreSQL gives to an item without AS.
[[nodiscard]] std::string implied_name(const Node* node);

/// ORDER BY of a plain SELECT: positions and output names first, then expressions over the sources.
Result<std::vector<std::string>> translate_order(const Context& context, std::span<Node* const> list,
                                                 const std::vector<Target>& targets);
/// ORDER BY of a set operation: positions and output names only.
Result<std::vector<std::string>> translate_set_order(const Context& context, std::span<Node* const> list,
                                                     const std::vector<Rows::Column>& columns);
/// ` LIMIT ... OFFSET ...`, or empty; `one` tells that the limit is 0 or 1.
struct Limit {
  std::string sql;
  bool one = false;
};
Result<Limit> translate_limit(const Context& context, const PgQuery__SelectStmt& select);

/// WITH: registers the common tables in `context` and gives `WITH ... `, or empty.
Result<std::string> translate_with(Context& context, const PgQuery__WithClause* with);

Result<Rows> translate_values(const Context& context, const PgQuery__SelectStmt& select,
                              const RowsWanted& wanted);
Result<Rows> translate_set_operation(const Context& context, const PgQuery__SelectStmt& select,
                                     const RowsWanted& wanted);

/// 42883 for json and its kin, which have no equality: DISTINCT, GROUP BY and UNION refuse them.
Result<void> check_equality(const Context& context, const types::Type& type, int location);

[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace holdfast::schema::detail
