#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "text/detail/lexeme_lookup.hpp"
#include "text/detail/limits.hpp"
#include "text/tsquery.hpp"

namespace holdfast::text {
namespace {

using Kind = TsQuery::Kind;

constexpr std::array<float, 4> kWeights{0.1F, 0.2F, 0.4F, 1.0F};
/// The limit of the sum of 1/n².
constexpr double kSquaresLimit = 1.64493406685;

/// The places of a lexeme; one that stands for all where the vector has none.
struct Places {
  std::vector<std::uint16_t> positions;
  std::vector<std::uint8_t> weights;
  bool assumed = false;
};

Places places_of(const Lexeme& lexeme, std::uint16_t assumed_position) {
  if (lexeme.positions.empty()) return {{assumed_position}, {0}, true};
  return {lexeme.positions, lexeme.weights, false};
}

/// Right operands first: of `a` and `a:*` in one query PostgreSQL ranks by the later one.
void collect_lexemes(const TsQuery& query, std::vector<const TsQuery*>& out) {
  if (query.kind == Kind::lexeme) out.push_back(&query);
  for (auto it = query.operands.rbegin(); it != query.operands.rend(); ++it) collect_lexemes(*it, out);
}

std::vector<const TsQuery*> unique_lexemes(const TsQuery& query) {
  std::vector<const TsQuery*> lexemes;
  collect_lexemes(query, lexemes);
  const auto word = [](const TsQuery* lexeme) -> const std::string& { return lexeme->word; };
  std::ranges::stable_sort(lexemes, {}, word);
  lexemes.erase(std::ranges::unique(lexemes, {}, word).begin(), lexemes.end());
  return lexemes;
}

/// Many occurrences and heavy ones count more, each further one less.
float rank_of_lexeme(const Places& places) {
  float sum = 0.0F;
  float heaviest = -1.0F;
  std::size_t heaviest_index = 0;
  for (std::size_t i = 0; i < places.weights.size(); ++i) {
    const float weight = kWeights[places.weights[i]];
    sum += weight / static_cast<float>((i + 1) * (i + 1));
    if (weight > heaviest) {
      heaviest = weight;
      heaviest_index = i;
    }
  }
  const auto square = static_cast<float>((heaviest_index + 1) * (heaviest_index + 1));
  return static_cast<float>((heaviest + sum - heaviest / square) / kSquaresLimit);
}

float rank_any(const TsVector& vector, const std::vector<const TsQuery*>& lexemes) {
  float result = 0.0F;
  for (const TsQuery* lexeme : lexemes) {
    for (const Lexeme& found : detail::find_lexemes(vector, *lexeme)) {
      result += rank_of_lexeme(places_of(found, 0));
    }
  }
  return lexemes.empty() ? result : result / static_cast<float>(lexemes.size());
}

float nearness(int distance) {
  if (distance > 100) return 1e-30F;
  return static_cast<float>(1.0 / (1.005 + 0.05 * std::exp(static_cast<float>(distance) / 1.5 - 2)));
}

/// Adds what two lexemes' nearness gives; a negative rank is none yet.
void add_nearness(float& result, const Places& one, const Places& other) {
  for (std::size_t i = 0; i < one.positions.size(); ++i) {
    for (std::size_t j = 0; j < other.positions.size(); ++j) {
      int distance = std::abs(static_cast<int>(one.positions[i]) - static_cast<int>(other.positions[j]));
      if (distance == 0 && !one.assumed && !other.assumed) continue;
      if (distance == 0) distance = detail::kLongestDistance;
      const float weight = kWeights[one.weights[i]] * kWeights[other.weights[j]];
      const auto gain = static_cast<float>(std::sqrt(weight * nearness(distance)));
      result = result < 0 ? gain : static_cast<float>(1.0 - (1.0 - result) * (1.0 - gain));
    }
  }
}

float rank_together(const TsVector& vector, const std::vector<const TsQuery*>& lexemes) {
  float result = -1.0F;
  std::vector<Places> seen;
  for (const TsQuery* lexeme : lexemes) {
    Places last;
    for (const Lexeme& found : detail::find_lexemes(vector, *lexeme)) {
      last = places_of(found, detail::kLastPosition);
      for (const Places& earlier : seen) add_nearness(result, last, earlier);
    }
    if (!last.positions.empty()) seen.push_back(std::move(last));
  }
  return result;
}

std::size_t length_of(const TsVector& vector) {
  std::size_t length = 0;
  for (const Lexeme& lexeme : vector.lexemes) length += std::max<std::size_t>(1, lexeme.positions.size());
  return length;
}

/// PostgreSQL's bits: 1 logarithm of the length, 2 length, 8 unique words, 16 their logarithm, 32
/// rank/(rank+1).
float normalised(float rank, const TsVector& vector, int bits) {
  const auto length = static_cast<double>(length_of(vector));
  const auto words = static_cast<double>(vector.lexemes.size());
  if ((bits & 1) != 0) rank = static_cast<float>(rank / (std::log(length + 1) / std::log(2.0)));
  if ((bits & 2) != 0) rank /= static_cast<float>(length);
  if ((bits & 8) != 0) rank /= static_cast<float>(words);
  if ((bits & 16) != 0) rank = static_cast<float>(rank / (std::log(words + 1) / std::log(2.0)));
  if ((bits & 32) != 0) rank /= rank + 1;
  return rank;
}

}  // namespace

float rank(const TsVector& vector, const TsQuery& query, int normalization) {
  const auto lexemes = unique_lexemes(query);
  if (vector.lexemes.empty() || lexemes.empty()) return 0.0F;
  const bool together =
      (query.kind == Kind::conjunction || query.kind == Kind::phrase) && lexemes.size() >= 2;
  float result = together ? rank_together(vector, lexemes) : rank_any(vector, lexemes);
  if (result < 0) result = 1e-20F;
  return normalised(result, vector, normalization);
}

}  // namespace holdfast::text
