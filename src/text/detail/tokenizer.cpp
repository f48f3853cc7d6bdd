#include "text/detail/tokenizer.hpp"

namespace holdfast::text::detail {

bool Tokenizer::next(Token& token) {
  if (place_ >= text_.size()) return false;
  const Found found = recognise();
  if (given_up_) place_ = text_.size();
  if (given_up_) return false;
  token.type = found.type;
  token.text = text_.substr(place_, found.end - place_);
  if (!found.again) place_ = found.end;
  mode_ = found.mode;
  return true;
}

Tokenizer::Found Tokenizer::recognise() {
  if (mode_ == Mode::url_path) return {TokenType::url_path, url_characters_end(place_ + 1)};
  if (mode_ == Mode::url_host) {
    const std::size_t end = host_end(place_);
    if (end != kNone) return {TokenType::host, end, Mode::url_path};
  }
  if (mode_ == Mode::hyphen_parts) {
    if (const Attempt part = hyphen_part(place_)) return *part;
  }
  const Character first = at(place_);
  const std::size_t behind = place_ + first.length;
  if (first.code == '<') {
    if (const Attempt found = tag(place_)) return *found;
  }
  if (in_raw_text_) return blank(behind);
  if (is_ascii_letter(first.code)) return ascii_word(behind);
  if (is_digit(first.code)) return unsigned_number(behind);
  if (first.code >= 0x80 && is_alpha(first.code)) return word(behind);
  if (const Attempt found = marked_start(place_, first.code)) return *found;
  return blank(behind);
}

Tokenizer::Attempt Tokenizer::marked_start(std::size_t begin, char32_t first) {
  switch (first) {
    case '-':
    case '+':
      return signed_number(begin);
    case '&':
      return entity(begin + 1);
    case '~':
      return file(begin + 1, PathLead::tilde);
    case '/':
      return file(begin + 1, PathLead::slash);
    case '.':
      return file(begin + 1, PathLead::dot);
    default:
      return std::nullopt;
  }
}

Tokenizer::Found Tokenizer::blank(std::size_t place) const {
  for (Character c = at(place); !c.is_end(); c = at(place)) {
    if (c.code == '<') break;
    if (!in_raw_text_) {
      if (c.code == '-' || c.code == '+' || c.code == '&' || c.code == '/') break;
      if (is_alnum(c.code)) break;
    }
    place += c.length;
  }
  return {TokenType::blank, place};
}

/// A part of a hyphenated word, or a hyphen between two. Not bounded by the compound's end: what follows it
/// directly is read as its part, too.
Tokenizer::Attempt Tokenizer::hyphen_part(std::size_t begin) const {
  if (is(begin, '-')) {
    const Character next = at(begin + 1);
    if (!next.is_end() && (is_alnum(next.code) || is_combining(next.code))) {
      return Found{TokenType::blank, begin + 1, Mode::hyphen_parts};
    }
    return std::nullopt;
  }
  std::size_t place = begin;
  const auto type = compound_part(place);
  if (!type) return std::nullopt;
  const Mode mode = place < text_.size() ? Mode::hyphen_parts : Mode::base;
  switch (*type) {
    case TokenType::asciihword:
      return Found{TokenType::hword_asciipart, place, mode};
    case TokenType::hword:
      return Found{TokenType::hword_part, place, mode};
    default:
      return Found{TokenType::hword_numpart, place, mode};
  }
}

std::size_t Tokenizer::skip_digits(std::size_t place) const {
  while (digit_at(place)) ++place;
  return place;
}

}  // namespace holdfast::text::detail
