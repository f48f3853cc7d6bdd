#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/detail/dictionary.hpp"
#include "text/tsvector.hpp"

namespace holdfast::text::detail {

/// A lexeme and where it stood, counted in words; stop words are counted and left out.
struct PlacedWord {
  std::string word;
  std::uint32_t position = 0;
};

/// The lexemes of a document in order. Words longer than the limit are left out, as PostgreSQL does with a
/// notice.
[[nodiscard]] std::vector<PlacedWord> analyse(Configuration configuration, std::string_view document);

/// Sorts positions, drops doubles (the highest weight stays) and what is beyond the limits.
void normalise_positions(Lexeme& lexeme);
/// Sorts lexemes bytewise and joins those of one word. 54000 when the vector becomes too large.
Result<TsVector> make_vector(std::vector<Lexeme> lexemes);

}  // namespace holdfast::text::detail
