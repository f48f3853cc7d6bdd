#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/detail/tree.hpp"
#include "schema/query.hpp"
#include "schema/query_context.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// INSERT, UPDATE or DELETE with its rows, if it returns any. Row security is inside: rows that a policy
/// hides are not touched, and a new row that it refuses raises 42501 as the statement runs. Where that check
/// needs a column of its own, it comes behind those that are declared.
Result<Rows> translate_change(const Context& context, const Node* node);

/// Every statement of a function's body, its parameters as `$n` in the order of `argument_names`.
Result<std::vector<CompiledQuery>> translate_call_statements(const Catalogue& catalogue,
                                                             std::string_view role, const Function& function,
                                                             const std::vector<std::string>& argument_names);

}  // namespace holdfast::schema::detail
