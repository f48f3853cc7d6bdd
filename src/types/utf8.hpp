#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// 22021 unless `text` is UTF-8 as PostgreSQL accepts it: no surrogates, no overlong forms, no zero
/// character.
Result<void> check_utf8(std::string_view text);

/// Characters (code points) of valid UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);
/// The byte at which character `n` (from 0) begins; text.size() where there are fewer.
[[nodiscard]] std::size_t offset_of_character(std::string_view text, std::size_t n);
/// The code point at byte `i` of valid UTF-8; moves `i` behind it.
[[nodiscard]] std::uint32_t next_code_point(std::string_view text, std::size_t& i);
void append_utf8(std::string& out, std::uint32_t code_point);

/// lower(), upper(), initcap() of the root locale, full Unicode.
[[nodiscard]] std::string lower_text(std::string_view text);
[[nodiscard]] std::string upper_text(std::string_view text);
[[nodiscard]] std::string initcap_text(std::string_view text);

}  // namespace holdfast::types
