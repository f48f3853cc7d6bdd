#include "text/detail/characters.hpp"

#include <locale.h>
#include <unicode/uchar.h>
#include <wctype.h>

namespace holdfast::text::detail {
namespace {

constexpr char32_t kInvalid = 0xFFFD;

/// Null where the system lacks it: then every character beyond ASCII is a letter, as in PostgreSQL's C
/// locale.
locale_t character_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

std::size_t sequence_length(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_valid(char32_t code, std::size_t length) {
  if (length == 3) return code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
  if (length == 4) return code >= 0x10000 && code <= 0x10FFFF;
  return true;
}

/// Whether the character was there in that version of Unicode.
bool is_as_old_as(UChar32 character, int major, int minor) {
  UVersionInfo age{};
  u_charAge(character, age);
  return age[0] != 0 && (age[0] < major || (age[0] == major && age[1] <= minor));
}

/// PostgreSQL 15 has the tables of Unicode 14.
bool is_assigned(UChar32 character) { return is_as_old_as(character, 14, 0); }

bool is_zero_width_mark(UChar32 character) {
  const auto category = u_charType(character);
  return category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK;
}

/// PostgreSQL's table of zero-width marks runs on over code points that are not assigned between two of them.
bool is_gap_between_marks(UChar32 character) {
  constexpr UChar32 kWidestGap = 64;
  const auto neighbour_is_mark = [character](UChar32 step) {
    UChar32 other = character + step;
    for (UChar32 i = 0; i < kWidestGap && !is_assigned(other); ++i) other += step;
    return is_zero_width_mark(other) && is_assigned(other);
  };
  return neighbour_is_mark(-1) && neighbour_is_mark(1);
}

/// Its table of other marks holds the spacing ones of Unicode 5.1, without those that became so later.
bool is_known_spacing_mark(UChar32 character) {
  const bool became_later = character == 0x1734 || character == 0x302E || character == 0x302F;
  return u_charType(character) == U_COMBINING_SPACING_MARK && is_as_old_as(character, 5, 1) &&
         character < 0x10000 && !became_later;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = sequence_length(lead);
  if (length == 0 || at + length > text.size()) return {kInvalid, 1};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0U) != 0x80) return {kInvalid, 1};
    code = (code << 6U) | (next & 0x3FU);
  }
  if (!is_valid(code, length)) return {kInvalid, 1};
  return {code, length};
}

void append_utf8(std::string& out, char32_t code) {
  const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0 | (code >> 6U));
    push(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0 | (code >> 12U));
    push(0x80 | ((code >> 6U) & 0x3FU));
    push(0x80 | (code & 0x3FU));
  } else {
    push(0xF0 | (code >> 18U));
    push(0x80 | ((code >> 12U) & 0x3FU));
    push(0x80 | ((code >> 6U) & 0x3FU));
    push(0x80 | (code & 0x3FU));
  }
}

bool is_alpha(char32_t code) {
  if (code < 0x80) return is_ascii_letter(code);
  const locale_t locale = character_locale();
  return locale == nullptr || iswalpha_l(static_cast<wint_t>(code), locale) != 0;
}

bool is_alnum(char32_t code) {
  if (code < 0x80) return is_ascii_alnum(code);
  const locale_t locale = character_locale();
  return locale == nullptr || iswalnum_l(static_cast<wint_t>(code), locale) != 0;
}

bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  const locale_t locale = character_locale();
  return locale != nullptr && iswspace_l(static_cast<wint_t>(code), locale) != 0;
}

bool is_combining(char32_t code) {
  if (code < 0x300) return false;
  const auto character = static_cast<UChar32>(code);
  if (!is_assigned(character)) return is_gap_between_marks(character);
  return is_zero_width_mark(character) || is_known_spacing_mark(character);
}

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const locale_t locale = character_locale();
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (c.code < 0x80) {
      out.push_back(static_cast<char>(c.code >= 'A' && c.code <= 'Z' ? c.code + 32 : c.code));
    } else if ((c.length == 1) || locale == nullptr) {
      out.append(text.substr(at, c.length));
    } else {
      append_utf8(out, static_cast<char32_t>(towlower_l(static_cast<wint_t>(c.code), locale)));
    }
    at += c.length;
  }
  return out;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower_case[i]) return false;
  }
  return true;
}

}  // namespace holdfast::text::detail
