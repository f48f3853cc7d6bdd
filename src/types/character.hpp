#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/type.hpp"

namespace holdfast::types {

/// A text as a column of type text, varchar(n), char(n), name or xml takes it: 22021 for bad UTF-8, 22001 for
/// more than n characters unless the excess is blanks; char(n) is padded.
Result<std::string> parse_character(const Type& type, std::string_view text);
/// An explicit cast: cut to n characters without complaint, padded for char(n).
[[nodiscard]] std::string cut_character(const Type& type, std::string_view text);
/// Without the blanks that char(n) does not count.
[[nodiscard]] std::string_view without_padding(std::string_view text);

}  // namespace holdfast::types
