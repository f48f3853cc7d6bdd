#pragma once

#include <string>
#include <string_view>

#include "schema/query_from.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// Rows that read the FROM items to their left, as a source that may: SQLite lets only the argument of a
/// table-valued function do so, so the rows go through one JSON array each.
Result<FromSource> lateral_source(const Context& context, const Rows& rows, std::string_view name);

}  // namespace holdfast::schema::detail
