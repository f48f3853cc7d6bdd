#include <unicode/uchar.h>

#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

/// Calls `change(code point)` for each character; PostgreSQL's C.UTF-8 maps one character to one as well.
template <class Change>
std::string map_characters(std::string_view text, Change change) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    append_utf8(out, static_cast<std::uint32_t>(change(static_cast<UChar32>(next_code_point(text, i)))));
  }
  return out;
}

}  // namespace

std::string lower_text(std::string_view text) {
  return map_characters(text, [](UChar32 c) { return u_tolower(c); });
}

std::string upper_text(std::string_view text) {
  return map_characters(text, [](UChar32 c) { return u_toupper(c); });
}

std::string initcap_text(std::string_view text) {
  bool inside_word = false;
  return map_characters(text, [&inside_word](UChar32 c) {
    const UChar32 changed = inside_word ? u_tolower(c) : u_toupper(c);
    inside_word = u_isalnum(c) != 0;
    return changed;
  });
}

}  // namespace holdfast::types
