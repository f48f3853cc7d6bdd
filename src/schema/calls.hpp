#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/detail/tree.hpp"
#include "schema/expression_operand.hpp"
#include "schema/query_context.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// The function's name as written, without `pg_catalog`: `lower`, `auth.uid`.
[[nodiscard]] std::string written_name(const PgQuery__FuncCall& call);

/// Functions of the migrations by this name: qualified, or in public.
[[nodiscard]] std::vector<const Function*> find_functions(const Catalogue& catalogue,
                                                          const PgQuery__FuncCall& call);

/// A call of a LANGUAGE sql function, its body inlined with its arguments: a scalar sub-select.
Result<Operand> inline_scalar(const Context& context, const PgQuery__FuncCall& call,
                              const std::vector<const Function*>& candidates);
/// In FROM: its rows.
Result<Rows> inline_rows(const Context& context, const PgQuery__FuncCall& call,
                         const std::vector<const Function*>& candidates);

/// The types that a function declares for its rows; none for RETURNS record and void.
[[nodiscard]] RowsWanted declared_rows(const Catalogue& catalogue, const Function& function);

/// A body's last statement as rows, with `arguments` by name and `$n`; what precedes it must not write.
Result<Rows> translate_body(const Context& context, const Function& function,
                            const std::map<std::string, Operand, std::less<>>& arguments);

/// Aggregates and window functions: calls_aggregates.cpp.
Result<Operand> translate_aggregate(const Context& context, const PgQuery__FuncCall& call,
                                    std::string_view name);
Result<Operand> translate_window_call(const Context& context, const PgQuery__FuncCall& call,
                                      std::string_view name);
/// `PARTITION BY ... ORDER BY ... ROWS ...`, without parentheses.
Result<std::string> translate_window(const Context& context, const PgQuery__WindowDef& window);

/// One ORDER BY item: the expression with collation, direction and PostgreSQL's place for nulls.
[[nodiscard]] std::string order_item(const Operand& value, const PgQuery__SortBy& sort);

}  // namespace holdfast::schema::detail
