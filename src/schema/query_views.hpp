#pragma once

#include "base/result.hpp"
#include "schema/query_context.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// A view's body, with its owner's rights or (security_invoker) the context's role.
Result<Rows> view_rows(const Context& context, const Table& view);

/// `text` parsed as one query, translated apart from the context's scopes; only rights and names are shared.
Result<Rows> rows_of_text(const Context& context, std::string_view text, const std::string& role,
                          const std::map<std::string, Operand, std::less<>>* arguments,
                          const RowsWanted& wanted = {});

}  // namespace holdfast::schema::detail
