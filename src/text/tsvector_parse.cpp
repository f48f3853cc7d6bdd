#include <algorithm>
#include <optional>
#include <utility>

#include "text/detail/characters.hpp"
#include "text/detail/document.hpp"
#include "text/detail/limits.hpp"
#include "text/detail/word_reader.hpp"
#include "text/tsvector.hpp"

namespace holdfast::text {
namespace {

using detail::WordReader;

std::optional<std::uint8_t> weight_of(char c) {
  switch (c) {
    case 'a':
    case 'A':
    case '*':
      return std::uint8_t{3};
    case 'b':
    case 'B':
      return std::uint8_t{2};
    case 'c':
    case 'C':
      return std::uint8_t{1};
    case 'd':
    case 'D':
      return std::uint8_t{0};
    default:
      return std::nullopt;
  }
}

/// The positions behind a word's colon: `1,2A,3`.
class PositionReader {
 public:
  PositionReader(std::string_view text, const WordReader& words) : text_(text), words_(words) {}

  /// `place` is behind the colon, then behind the last position.
  Result<void> read(std::size_t& place, Lexeme& lexeme) const {
    for (;;) {
      HF_CHECK(read_number(place, lexeme));
      HF_CHECK(read_weight(place, lexeme));
      if (place >= text_.size() || text_[place] != ',') break;
      ++place;
    }
    const auto behind = detail::character_at(text_, place);
    if (!behind.is_end() && !detail::is_space(behind.code)) return words_.syntax_error();
    return {};
  }

 private:
  [[nodiscard]] bool digit_at(std::size_t place) const {
    return place < text_.size() && detail::is_digit(static_cast<unsigned char>(text_[place]));
  }

  Result<void> read_number(std::size_t& place, Lexeme& lexeme) const {
    if (!digit_at(place)) return words_.syntax_error();
    std::uint32_t number = 0;
    for (; digit_at(place); ++place) {
      const auto digit = static_cast<std::uint32_t>(text_[place] - '0');
      number = number > detail::kLastPosition ? number : number * 10 + digit;
    }
    if (number == 0) {
      return Error{.code = "42601",
                   .message = "wrong position info in tsvector: \"" + std::string(text_) + "\""};
    }
    lexeme.positions.push_back(
        static_cast<std::uint16_t>(std::min<std::uint32_t>(number, detail::kLastPosition)));
    lexeme.weights.push_back(0);
    return {};
  }

  /// Letters and digits behind a position: one weight; PostgreSQL skips further digits and D after none.
  Result<void> read_weight(std::size_t& place, Lexeme& lexeme) const {
    for (; place < text_.size(); ++place) {
      if (digit_at(place)) continue;
      const auto weight = weight_of(text_[place]);
      if (!weight) return {};
      if (lexeme.weights.back() != 0) return words_.syntax_error();
      lexeme.weights.back() = *weight;
    }
    return {};
  }

  std::string_view text_;
  const WordReader& words_;
};

}  // namespace

Result<TsVector> parse_tsvector(std::string_view text) {
  const WordReader words(text, detail::Grammar::vector);
  const PositionReader positions(text, words);
  std::vector<Lexeme> lexemes;
  std::size_t place = 0;
  for (;;) {
    Lexeme lexeme;
    HF_TRY(const bool found, words.read(place, lexeme.word));
    if (!found) break;
    if (lexeme.word.size() > detail::kLongestWord) {
      return Error{.code = "54000",
                   .message = "word is too long (" + std::to_string(lexeme.word.size()) + " bytes, max " +
                              std::to_string(detail::kLongestWord) + " bytes)"};
    }
    if (place < text.size() && text[place] == ':') HF_CHECK(positions.read(++place, lexeme));
    lexemes.push_back(std::move(lexeme));
  }
  return detail::make_vector(std::move(lexemes));
}

}  // namespace holdfast::text
