#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "types/type.hpp"

namespace holdfast::schema {

// Rows on their way through a JSON array of arrays, where SQLite cannot pass rows themselves: integers as
// numbers, reals as texts of 17 digits, bytea in hexadecimal, all else as the text that is stored.

/// What goes into the array for a stored value.
[[nodiscard]] std::string packed_sql(const std::string& column, const types::Type& type);
/// The stored value again, from the array that `row` is.
[[nodiscard]] std::string unpacked_sql(const std::string& row, std::size_t position, const types::Type& type);

}  // namespace holdfast::schema
