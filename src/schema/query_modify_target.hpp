#pragma once

#include <string>
#include <vector>

#include "schema/query_modify.hpp"

namespace holdfast::schema::detail {

/// The table that a statement changes, in a scope of its own.
struct ChangeTarget {
  const Table* table = nullptr;
  std::string sql_name;  ///< quoted
};
/// Finds the table and makes it the scope's first source, under its real name: RETURNING knows no alias.
Result<ChangeTarget> open_target(const Context& context, const PgQuery__RangeVar& range);

/// A column that may be written: exists, not hidden, not generated, with the privilege.
Result<const Column*> writable_column(const Context& context, const Table& table, std::string_view name,
                                      Privilege privilege, int location);

/// The value as the column stores it. 42804 where the types do not fit.
Result<std::string> assigned(const Context& context, const Column& column, Operand value, int location);

struct Assignment {
  const Column* column = nullptr;
  std::string sql;
};
/// The SET list of UPDATE and ON CONFLICT DO UPDATE; the touch column is set to now.
Result<std::vector<Assignment>> translate_assignments(const Context& context, const Table& table,
                                                      std::span<Node* const> list);
[[nodiscard]] std::string write_assignments(const std::vector<Assignment>& assignments);

/// What DEFAULT stands for.
[[nodiscard]] std::string default_sql(const Column& column);

/// `CASE WHEN condition THEN 1 ELSE pg_raise('42501', ...) END`.
[[nodiscard]] std::string policy_check(const Table& table, const std::string& condition);

/// RETURNING: `sql` gets its list.
Result<std::vector<Rows::Column>> returning_columns(const Context& context, std::span<Node* const> list,
                                                    std::string& sql);
[[nodiscard]] std::string both(const std::string& left, const std::string& right);

Result<Rows> translate_insert(const Context& context, const PgQuery__InsertStmt& insert);
Result<Rows> translate_update(const Context& context, const PgQuery__UpdateStmt& update);
Result<Rows> translate_delete(const Context& context, const PgQuery__DeleteStmt& statement);

}  // namespace holdfast::schema::detail
