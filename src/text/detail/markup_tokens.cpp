#include "text/detail/tokenizer.hpp"

namespace holdfast::text::detail {
namespace {

constexpr std::string_view kAttributeSigns = "=-_#/:.&?%~";

bool is_hex_digit(char c) {
  return is_digit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_name_sign(char32_t c) { return c == ':' || c == '_' || c == '.' || c == '-'; }

}  // namespace

/// `&name;`, `&#10;` or `&#x1F;`; `place` is behind the ampersand.
Tokenizer::Attempt Tokenizer::entity(std::size_t place) const {
  const std::size_t begin = place;
  if (is(place, '#')) {
    ++place;
    const bool hexadecimal = is(place, 'x') || is(place, 'X');
    if (hexadecimal) ++place;
    const std::size_t digits = place;
    while (place < text_.size() && (hexadecimal ? is_hex_digit(text_[place]) : is_digit(byte(place))))
      ++place;
    if (place == digits) return std::nullopt;
  } else {
    Character c = at(place);
    if (!is_ascii_letter(c.code) && c.code != ':' && c.code != '_') return std::nullopt;
    for (; !c.is_end() && (is_alnum(c.code) || is_name_sign(c.code)); c = at(place)) place += c.length;
  }
  if (place == begin || !is(place, ';')) return std::nullopt;
  return Found{TokenType::entity, place + 1};
}

/// A tag, a comment, a declaration; `begin` is the place of the `<`.
Tokenizer::Attempt Tokenizer::tag(std::size_t begin) {
  const Character first = at(begin + 1);
  if (first.is_end()) return std::nullopt;
  if (is_ascii_letter(first.code) || first.code == ':' || first.code == '_') {
    return tag_name(begin, begin + 2);
  }
  if (first.code == '/') {
    if (!is_ascii_letter(at(begin + 2).code)) return std::nullopt;
    return tag_name(begin, begin + 3);
  }
  if (first.code == '!') return comment_or_doctype(begin);
  if (first.code == '?' && is(begin + 2, 'x')) return tag_attributes(begin, begin + 3);
  return std::nullopt;
}

Tokenizer::Attempt Tokenizer::tag_name(std::size_t begin, std::size_t place) {
  Character c = at(place);
  for (; !c.is_end() && (is_alnum(c.code) || is_name_sign(c.code)); c = at(place)) place += c.length;
  if (c.is_end()) return std::nullopt;
  if (c.code == '/') {
    if (!is(place + 1, '>')) return std::nullopt;
    return Found{TokenType::tag, place + 2};
  }
  if (c.code != '>' && !is_space(c.code)) return std::nullopt;
  note_raw_text_element(text_.substr(begin, place - begin));
  if (c.code == '>') return Found{TokenType::tag, place + 1};
  return tag_attributes(begin, place + c.length);
}

Tokenizer::Attempt Tokenizer::tag_attributes(std::size_t begin, std::size_t place) {
  for (Character c = at(place); !c.is_end(); c = at(place)) {
    if (c.code == '>' || is_space(c.code)) note_raw_text_element(text_.substr(begin, place - begin));
    if (c.code == '>') return Found{TokenType::tag, place + 1};
    if (c.code == '\'' || c.code == '"') {
      place = quoted_end(place + 1, static_cast<char>(c.code));
      if (place == kNone) return std::nullopt;
      continue;
    }
    const bool allowed = is_ascii_alnum(c.code) || is_space(c.code) ||
                         (c.code < 0x80 && kAttributeSigns.find(static_cast<char>(c.code)) != kNone);
    if (!allowed) return std::nullopt;
    place += c.length;
  }
  return std::nullopt;
}

/// The place behind the closing quote; a backslash takes the character behind it along, and the one behind
/// that is no backslash of its own. PostgreSQL's parser gives the document up where it ends behind such a
/// pair.
std::size_t Tokenizer::quoted_end(std::size_t place, char quote) {
  bool behind_escape = false;
  while (place < text_.size()) {
    if (text_[place] == quote) return place + 1;
    const bool escapes = text_[place] == '\\' && !behind_escape && place + 1 < text_.size();
    place += escapes ? 1 + at(place + 1).length : 1;
    behind_escape = escapes;
  }
  given_up_ = behind_escape;
  return kNone;
}

Tokenizer::Attempt Tokenizer::comment_or_doctype(std::size_t begin) {
  if (is(begin + 2, 'D') || is(begin + 2, 'd')) return tag_attributes(begin, begin + 3);
  if (!is(begin + 2, '-') || !is(begin + 3, '-') || begin >= no_comment_end_from_) return std::nullopt;
  const std::size_t end = text_.find("-->", begin + 4);
  if (end == kNone) {
    no_comment_end_from_ = begin;
    return std::nullopt;
  }
  return Found{TokenType::tag, end + 3};
}

/// What is between <script> or <style> and its end is not text. Even a tag that turns out not to be one
/// counts, as in PostgreSQL.
void Tokenizer::note_raw_text_element(std::string_view tag_so_far) {
  if (equals_ignoring_case(tag_so_far, "<script") || equals_ignoring_case(tag_so_far, "<style")) {
    in_raw_text_ = true;
  }
  if (equals_ignoring_case(tag_so_far, "</script") || equals_ignoring_case(tag_so_far, "</style")) {
    in_raw_text_ = false;
  }
}

}  // namespace holdfast::text::detail
