#include "text/tsvector.hpp"

#include <algorithm>
#include <utility>

#include "text/detail/document.hpp"
#include "text/detail/limits.hpp"
#include "text/detail/tokenizer.hpp"

namespace holdfast::text {
namespace detail {

void append_quoted(std::string& out, const std::string& word) {
  out.push_back('\'');
  for (const char c : word) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  out.push_back('\'');
}

std::vector<PlacedWord> analyse(Configuration configuration, std::string_view document) {
  std::vector<PlacedWord> words;
  Tokenizer tokenizer(document);
  Token token;
  std::uint32_t position = 0;
  while (tokenizer.next(token)) {
    if (token.text.size() > kLongestWord || !is_indexed(token.type)) continue;
    ++position;
    auto lexeme = lexeme_of(configuration, token);
    if (lexeme) words.push_back({*std::move(lexeme), position});
  }
  return words;
}

void normalise_positions(Lexeme& lexeme) {
  std::vector<std::pair<std::uint16_t, std::uint8_t>> places;
  places.reserve(lexeme.positions.size());
  for (std::size_t i = 0; i < lexeme.positions.size(); ++i) {
    places.emplace_back(lexeme.positions[i], lexeme.weights[i]);
  }
  std::ranges::stable_sort(places, {}, &std::pair<std::uint16_t, std::uint8_t>::first);
  lexeme.positions.clear();
  lexeme.weights.clear();
  for (const auto& [position, weight] : places) {
    const bool last = position == kLastPosition && lexeme.positions.size() > 1;
    if (!lexeme.positions.empty() && lexeme.positions.back() == position) {
      // The last position stands for all behind it; PostgreSQL looks no further once it has got there.
      if (!last) lexeme.weights.back() = std::max(lexeme.weights.back(), weight);
      continue;
    }
    if (lexeme.positions.size() >= kMostPositions) break;
    lexeme.positions.push_back(position);
    lexeme.weights.push_back(weight);
  }
}

Result<TsVector> make_vector(std::vector<Lexeme> lexemes) {
  if (!std::ranges::is_sorted(lexemes, {}, &Lexeme::word))
    std::ranges::stable_sort(lexemes, {}, &Lexeme::word);
  TsVector vector;
  vector.lexemes.reserve(lexemes.size());
  for (Lexeme& lexeme : lexemes) {
    if (vector.lexemes.empty() || vector.lexemes.back().word != lexeme.word) {
      vector.lexemes.push_back(std::move(lexeme));
      continue;
    }
    Lexeme& first = vector.lexemes.back();
    first.positions.insert(first.positions.end(), lexeme.positions.begin(), lexeme.positions.end());
    first.weights.insert(first.weights.end(), lexeme.weights.begin(), lexeme.weights.end());
  }
  std::size_t bytes = 0;
  for (Lexeme& lexeme : vector.lexemes) {
    if (lexeme.positions.size() > 1) normalise_positions(lexeme);
    bytes += lexeme.word.size() + 2 * lexeme.positions.size();
  }
  if (bytes > kLargestVector) {
    return Error{.code = "54000",
                 .message = "string is too long for tsvector (" + std::to_string(bytes) + " bytes, max " +
                            std::to_string(kLargestVector) + " bytes)"};
  }
  return vector;
}

}  // namespace detail

bool has_configuration(std::string_view name) { return detail::find_configuration(name).ok(); }

Result<TsVector> to_tsvector(std::string_view configuration, std::string_view document) {
  HF_TRY(const auto known, detail::find_configuration(configuration));
  auto words = detail::analyse(known, document);
  // Positions ascend already: equal words keep their order.
  std::ranges::stable_sort(words, {}, &detail::PlacedWord::word);
  std::vector<Lexeme> lexemes;
  for (auto& [word, position] : words) {
    if (lexemes.empty() || lexemes.back().word != word) lexemes.push_back({std::move(word), {}, {}});
    lexemes.back().positions.push_back(
        static_cast<std::uint16_t>(std::min<std::uint32_t>(position, detail::kLastPosition)));
    lexemes.back().weights.push_back(0);
  }
  return detail::make_vector(std::move(lexemes));
}

std::string TsVector::to_string() const {
  std::string out;
  for (const Lexeme& lexeme : lexemes) {
    if (!out.empty()) out.push_back(' ');
    detail::append_quoted(out, lexeme.word);
    for (std::size_t i = 0; i < lexeme.positions.size(); ++i) {
      out.push_back(i == 0 ? ':' : ',');
      out += std::to_string(lexeme.positions[i]);
      if (lexeme.weights[i] != 0) out.push_back(static_cast<char>('D' - lexeme.weights[i]));
    }
  }
  return out;
}

}  // namespace holdfast::text
