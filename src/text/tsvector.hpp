#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::text {

/// One lexeme with its positions (1 to 16383, ascending) and weights (0 = D ... 3 = A, one a position).
struct Lexeme {
  std::string word;
  std::vector<std::uint16_t> positions;
  std::vector<std::uint8_t> weights;
};

/// PostgreSQL's tsvector: lexemes sorted by their bytes, unique.
struct TsVector {
  std::vector<Lexeme> lexemes;
  [[nodiscard]] std::string to_string() const;  ///< `'cat':3 'fat':2,4A`
};

/// Whether PostgreSQL has a configuration of this name: `simple`, or a language of Snowball's.
[[nodiscard]] bool has_configuration(std::string_view name);

/// As PostgreSQL 15's to_tsvector(configuration, ...): its default parser, Snowball's stemmer, its stop
/// words. 42704 for another configuration.
Result<TsVector> to_tsvector(std::string_view configuration, std::string_view document);
/// The text form, `'a':1 'b':2A`. 42601; 54000 for what is too long.
Result<TsVector> parse_tsvector(std::string_view text);

}  // namespace holdfast::text
