#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::text::detail {

/// The token types of PostgreSQL's default parser, by its aliases and with its numbers.
enum class TokenType : std::uint8_t {
  asciiword = 1,
  word = 2,
  numword = 3,
  email = 4,
  url = 5,
  host = 6,
  sfloat = 7,
  version = 8,
  hword_numpart = 9,
  hword_part = 10,
  hword_asciipart = 11,
  blank = 12,
  tag = 13,
  protocol = 14,
  numhword = 15,
  asciihword = 16,
  hword = 17,
  url_path = 18,
  file = 19,
  float_ = 20,
  int_ = 21,
  uint = 22,
  entity = 23,
};

struct Token {
  TokenType type = TokenType::blank;
  std::string_view text;
};

}  // namespace holdfast::text::detail
