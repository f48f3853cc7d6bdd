#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

// PostgreSQL's operators on type json: parts of the text as they are written, blanks and all. Views point
// into the text. Errors: 22P02 for what is no JSON.

/// `->` with a key (the last of equal ones) or an index, which may be negative; nothing where there is none.
Result<std::optional<std::string_view>> json_text_member(std::string_view text, std::string_view key);
Result<std::optional<std::string_view>> json_text_item(std::string_view text, std::int64_t index);
/// One step of `#>`: a key of an object, an index of an array.
Result<std::optional<std::string_view>> json_text_step(std::string_view text, const std::string& step);
/// `->>`: a string's content, nothing for null, the text else.
Result<std::optional<std::string>> json_text_content(std::string_view part);

}  // namespace holdfast::types
