#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::text::detail {

/// One character of a text: a code point, or what stands at a place that is not valid UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t length = 0;  ///< bytes; 0 at the end of the text
  [[nodiscard]] bool is_end() const { return length == 0; }
};

/// The character at byte `at`. A byte that begins no valid character is one character U+FFFD.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t code);

// The classes of the C library's C.UTF-8 locale, which is what PostgreSQL's parser asks on Linux.
[[nodiscard]] bool is_alpha(char32_t code);
[[nodiscard]] bool is_alnum(char32_t code);
[[nodiscard]] bool is_space(char32_t code);
/// Combining marks: they do not end a word, and do not begin one.
[[nodiscard]] bool is_combining(char32_t code);
[[nodiscard]] inline bool is_digit(char32_t code) { return code >= '0' && code <= '9'; }
[[nodiscard]] inline bool is_ascii_letter(char32_t code) {
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}
[[nodiscard]] inline bool is_ascii_alnum(char32_t code) { return is_ascii_letter(code) || is_digit(code); }

/// Every character in lower case; bytes that are not UTF-8 stay as they are.
[[nodiscard]] std::string to_lower(std::string_view text);
/// ASCII only, for keywords and tag names.
[[nodiscard]] bool equals_ignoring_case(std::string_view text, std::string_view lower_case);

}  // namespace holdfast::text::detail
