#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace holdfast::types {

[[nodiscard]] Error failure(std::string_view code, std::string message, std::string details = {},
                            std::string hint = {});
/// 22P02, as PostgreSQL words it: `invalid input syntax for type integer: "x"`.
[[nodiscard]] Error invalid_syntax(std::string_view type, std::string_view text);
/// 22003: `value "99999" is out of range for type smallint`.
[[nodiscard]] Error out_of_range(std::string_view type, std::string_view text);
/// 54001: hostile nesting.
[[nodiscard]] Error nested_too_deeply(std::string_view what);

/// Nesting that JSON and arrays may have. SQLite's own JSON functions stop near here as well.
inline constexpr int kMostNesting = 1000;

}  // namespace holdfast::types
