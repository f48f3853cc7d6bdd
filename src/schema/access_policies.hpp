#pragma once

#include <string>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/query_context.hpp"

namespace holdfast::schema::detail {

enum class PolicySide : std::uint8_t { using_clause, check_clause };

/// The condition that row security of `table` lays on a row which the SQL calls `sql_alias` (bare columns
/// when empty), for the context's role; "1" where there is none.
Result<std::string> policy_condition(const Context& context, const Table& table, Command command,
                                     PolicySide side, const std::string& sql_alias);

/// One policy's expression over the row; its columns need no privilege, tables in its sub-selects do.
Result<std::string> policy_expression(const Context& context, const Table& table, const std::string& text,
                                      const std::string& sql_alias);

/// Whether the role may SELECT the table, or any column of it.
[[nodiscard]] bool may_select_anything(const Catalogue& catalogue, std::string_view role, const Table& table);

}  // namespace holdfast::schema::detail
