#include <algorithm>

#include "text/detail/tokenizer.hpp"

namespace holdfast::text::detail {

Tokenizer::Found Tokenizer::ascii_word(std::size_t place) {
  while (place < text_.size() && is_ascii_letter(byte(place))) ++place;
  if (const Attempt longer = behind_ascii_word(place)) return *longer;
  return {TokenType::asciiword, place};
}

/// What an ASCII word may turn out to be the beginning of.
Tokenizer::Attempt Tokenizer::behind_ascii_word(std::size_t place) {
  const Character next = at(place);
  if (next.is_end()) return std::nullopt;
  switch (next.code) {
    case '.':
      if (const Attempt found = host(place + 1, true)) return found;
      return file_behind_dot(place + 1);
    case '-':
      if (const Attempt found = host(place + 1, false)) return found;
      return hyphenated(place, TokenType::asciihword);
    case '_':
      return host(place + 1, false);
    case '@':
      return email(place);
    case ':':
      if (is(place + 1, '/') && is(place + 2, '/')) return Found{TokenType::protocol, place + 3};
      return std::nullopt;
    case '/':
      return file(place + 1, PathLead::slash);
    default:
      break;
  }
  if (is_digit(next.code)) {
    if (const Attempt found = host(place, false)) return found;
    return numword(place + 1);
  }
  if (is_alpha(next.code) || is_combining(next.code)) return word(place + next.length);
  return std::nullopt;
}

Tokenizer::Found Tokenizer::word(std::size_t place) {
  for (Character c = at(place); !c.is_end(); c = at(place)) {
    if (is_digit(c.code)) return numword(place + 1);
    if (!is_alpha(c.code) && !is_combining(c.code)) break;
    place += c.length;
  }
  if (is(place, '-')) {
    if (const Attempt found = hyphenated(place, TokenType::hword)) return *found;
  }
  return {TokenType::word, place};
}

Tokenizer::Found Tokenizer::numword(std::size_t place) {
  Character c = at(place);
  for (; !c.is_end() && (is_alnum(c.code) || is_combining(c.code)); c = at(place)) place += c.length;
  Attempt longer;
  if (c.code == '@') longer = email(place);
  if (c.code == '/') longer = file(place + 1, PathLead::slash);
  if (c.code == '.') longer = file_behind_dot(place + 1);
  if (c.code == '-') longer = hyphenated(place, TokenType::numhword);
  return longer.value_or(Found{TokenType::numword, place});
}

/// A hyphenated word from the first hyphen on: as many parts as follow; the widest part names the whole.
Tokenizer::Attempt Tokenizer::hyphenated(std::size_t hyphen, TokenType first_part) const {
  // From the narrowest to the widest.
  constexpr auto rank = [](TokenType type) {
    if (type == TokenType::asciihword) return 0;
    return type == TokenType::hword ? 1 : 2;
  };
  TokenType whole = first_part;
  std::size_t end = hyphen;
  while (is(end, '-')) {
    std::size_t place = end + 1;
    const auto part = compound_part(place);
    if (!part) break;
    whole = std::max(whole, *part, [rank](TokenType a, TokenType b) { return rank(a) < rank(b); });
    end = place;
  }
  if (end == hyphen) return std::nullopt;
  return Found{whole, end, Mode::hyphen_parts, true};
}

/// One part of a compound: letters, or letters with digits. Digits alone are no part.
std::optional<TokenType> Tokenizer::compound_part(std::size_t& place) const {
  std::size_t end = place;
  Character c = at(end);
  if (c.is_end() || !is_alnum(c.code)) return std::nullopt;
  bool ascii = true;
  bool digits = false;
  bool letters = false;
  for (; !c.is_end() && (is_alnum(c.code) || is_combining(c.code)); c = at(end)) {
    if (is_digit(c.code)) {
      digits = true;
    } else {
      letters = true;
      ascii = ascii && is_ascii_letter(c.code);
    }
    end += c.length;
  }
  if (!letters) return std::nullopt;
  place = end;
  if (digits) return TokenType::numhword;
  return ascii ? TokenType::asciihword : TokenType::hword;
}

}  // namespace holdfast::text::detail
