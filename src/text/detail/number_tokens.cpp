#include "text/detail/tokenizer.hpp"

namespace holdfast::text::detail {

Tokenizer::Found Tokenizer::unsigned_number(std::size_t place) {
  place = skip_digits(place);
  const Character next = at(place);
  if (next.is_end()) return {TokenType::uint, place};
  if (next.code == '.') {
    if (const Attempt found = host(place + 1, true)) return *found;
    return fraction_or_version(place).value_or(Found{TokenType::uint, place});
  }
  if (const Attempt found = exponent(place)) return *found;
  if (next.code == '-' || next.code == '_') {
    return host(place + 1, false).value_or(Found{TokenType::uint, place});
  }
  if (next.code == '@') return email(place).value_or(Found{TokenType::uint, place});
  if (is_ascii_letter(next.code)) {
    if (const Attempt found = host(place, false)) return *found;
  }
  if (is_alpha(next.code) || is_combining(next.code)) return numword(place + next.length);
  if (next.code == '/') {
    if (const Attempt found = file(place + 1, PathLead::slash)) return *found;
  }
  return {TokenType::uint, place};
}

Tokenizer::Attempt Tokenizer::signed_number(std::size_t begin) const {
  if (!digit_at(begin + 1)) return std::nullopt;
  std::size_t place = skip_digits(begin + 1);
  TokenType type = TokenType::int_;
  if (is(place, '.') && digit_at(place + 1)) {
    type = TokenType::float_;
    place = skip_digits(place + 1);
    // Versions have no sign: it is a blank of its own.
    if (is(place, '.') && digit_at(place + 1)) return Found{TokenType::blank, begin + 1};
  }
  if (const Attempt found = exponent(place)) return found;
  return Found{type, place};
}

Tokenizer::Attempt Tokenizer::exponent(std::size_t place) const {
  if (!is(place, 'e') && !is(place, 'E')) return std::nullopt;
  ++place;
  if (is(place, '+') || is(place, '-')) ++place;
  if (!digit_at(place)) return std::nullopt;
  return Found{TokenType::sfloat, skip_digits(place)};
}

Tokenizer::Attempt Tokenizer::fraction_or_version(std::size_t point) const {
  if (!digit_at(point + 1)) return std::nullopt;
  std::size_t place = skip_digits(point + 1);
  if (!is(place, '.') || !digit_at(place + 1)) {
    if (const Attempt found = exponent(place)) return found;
    return Found{TokenType::float_, place};
  }
  while (is(place, '.') && digit_at(place + 1)) place = skip_digits(place + 1);
  return Found{TokenType::version, place};
}

}  // namespace holdfast::text::detail
