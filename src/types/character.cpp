#include "types/character.hpp"

#include "types/detail/errors.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

constexpr std::size_t kLongestName = 63;

std::string padded(const Type& type, std::string_view text) {
  std::string out(text);
  if (type.kind != Kind::bpchar || type.length < 0) return out;
  const std::size_t characters = count_characters(text);
  if (characters < static_cast<std::size_t>(type.length)) {
    out.append(static_cast<std::size_t>(type.length) - characters, ' ');
  }
  return out;
}

/// Bytes that fit the type's length; all where it has none.
std::size_t fitting(const Type& type, std::string_view text) {
  if (type.kind == Kind::name) {
    std::size_t end = std::min(text.size(), kLongestName);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return end;
  }
  const bool limited = (type.kind == Kind::varchar || type.kind == Kind::bpchar) && type.length >= 0;
  // Fewer bytes than characters allowed: nothing to count.
  if (!limited || text.size() <= static_cast<std::size_t>(type.length)) return text.size();
  return offset_of_character(text, static_cast<std::size_t>(type.length));
}

}  // namespace

std::string_view without_padding(std::string_view text) {
  const auto last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

Result<std::string> parse_character(const Type& type, std::string_view text) {
  HF_CHECK(check_utf8(text));
  const std::size_t fits = fitting(type, text);
  if (type.kind != Kind::name && text.find_first_not_of(' ', fits) != std::string_view::npos) {
    return failure("22001", "value too long for type " + format_type(type.element()));
  }
  return padded(type, text.substr(0, fits));
}

std::string cut_character(const Type& type, std::string_view text) {
  return padded(type, text.substr(0, fitting(type, text)));
}

}  // namespace holdfast::types
