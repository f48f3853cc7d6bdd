#include <algorithm>
#include <climits>
#include <vector>

#include "text/detail/lexeme_lookup.hpp"
#include "text/tsquery.hpp"

namespace holdfast::text {
namespace detail {

std::span<const Lexeme> find_lexemes(const TsVector& vector, const TsQuery& lexeme) {
  const auto begin = std::ranges::lower_bound(vector.lexemes, lexeme.word, {}, &Lexeme::word);
  auto end = begin;
  while (end != vector.lexemes.end() &&
         (lexeme.prefix ? end->word.starts_with(lexeme.word) : end->word == lexeme.word)) {
    ++end;
    if (!lexeme.prefix) break;
  }
  return {begin, end};
}

}  // namespace detail

namespace {

using Kind = TsQuery::Kind;

/// `unknown`: a vector without positions cannot tell.
enum class Truth : std::uint8_t { no, unknown, yes };

bool has_weight(const TsQuery& lexeme, std::uint8_t weight) {
  return lexeme.weights == 0 || (lexeme.weights & (1U << weight)) != 0;
}

/// Where a part of a phrase stands. Places count from its last word; `width` is how far back its first
/// word is. `everywhere_but` turns the places into those where it does not stand.
struct Places {
  std::vector<int> at;
  bool everywhere_but = false;
  int width = 0;
};

struct Located {
  Truth truth = Truth::no;
  Places places;
};

/// Which places of two sorted lists go on: those in both, in the left only, in the right only.
struct Keep {
  bool both = false;
  bool left = false;
  bool right = false;
};

std::vector<int> merge(const Places& left, int left_shift, const Places& right, int right_shift, Keep keep) {
  std::vector<int> out;
  std::size_t l = 0;
  std::size_t r = 0;
  while (l < left.at.size() || r < right.at.size()) {
    const int left_place = l < left.at.size() ? left.at[l] + left_shift : INT_MAX;
    const int right_place = r < right.at.size() ? right.at[r] + right_shift : INT_MAX;
    const bool wanted =
        left_place == right_place ? keep.both : (left_place < right_place ? keep.left : keep.right);
    if (wanted) out.push_back(std::min(left_place, right_place));
    if (left_place <= right_place) ++l;
    if (right_place <= left_place) ++r;
  }
  return out;
}

class Matcher {
 public:
  explicit Matcher(const TsVector& vector) : vector_(vector) {}

  [[nodiscard]] Truth holds(const TsQuery& query) const {
    switch (query.kind) {
      case Kind::empty:
        return Truth::no;
      case Kind::lexeme:
        return occurs(query);
      case Kind::negation:
        return negated(holds(query.operands[0]));
      case Kind::conjunction:
        return std::min(holds(query.operands[0]), holds(query.operands[1]));
      case Kind::disjunction:
        return std::max(holds(query.operands[0]), holds(query.operands[1]));
      case Kind::phrase:
        // Outside a phrase, what cannot be told does not match.
        return locate(query).truth == Truth::yes ? Truth::yes : Truth::no;
    }
    return Truth::no;
  }

 private:
  static Truth negated(Truth truth) {
    if (truth == Truth::unknown) return truth;
    return truth == Truth::yes ? Truth::no : Truth::yes;
  }

  [[nodiscard]] Truth occurs(const TsQuery& lexeme) const {
    for (const Lexeme& found : detail::find_lexemes(vector_, lexeme)) {
      if (found.positions.empty() || lexeme.weights == 0) return Truth::yes;
      for (const std::uint8_t weight : found.weights) {
        if (has_weight(lexeme, weight)) return Truth::yes;
      }
    }
    return Truth::no;
  }

  [[nodiscard]] Located locate(const TsQuery& query) const {
    switch (query.kind) {
      case Kind::empty:
        return {};
      case Kind::lexeme:
        return locate_lexeme(query);
      case Kind::negation:
        return locate_negation(query);
      default:
        return locate_pair(query);
    }
  }

  [[nodiscard]] Located locate_lexeme(const TsQuery& lexeme) const {
    Located located;
    for (const Lexeme& found : detail::find_lexemes(vector_, lexeme)) {
      if (found.positions.empty()) return {Truth::unknown, {}};
      for (std::size_t i = 0; i < found.positions.size(); ++i) {
        if (has_weight(lexeme, found.weights[i])) located.places.at.push_back(found.positions[i]);
      }
    }
    auto& at = located.places.at;
    std::ranges::sort(at);
    at.erase(std::ranges::unique(at).begin(), at.end());
    if (!at.empty()) located.truth = Truth::yes;
    return located;
  }

  [[nodiscard]] Located locate_negation(const TsQuery& query) const {
    Located inner = locate(query.operands[0]);
    if (inner.truth == Truth::unknown) return inner;
    if (inner.truth == Truth::no) inner.places = {};
    const bool was_everywhere = inner.places.everywhere_but && inner.places.at.empty();
    inner.places.everywhere_but = !inner.places.everywhere_but;
    inner.truth = was_everywhere ? Truth::no : Truth::yes;
    return inner;
  }

  [[nodiscard]] Located locate_pair(const TsQuery& query) const {
    const Located left = locate(query.operands[0]);
    if (query.kind != Kind::disjunction && left.truth == Truth::no) return {};
    const Located right = locate(query.operands[1]);
    if (query.kind == Kind::disjunction ? (left.truth == Truth::no && right.truth == Truth::no)
                                        : right.truth == Truth::no) {
      return {};
    }
    if (left.truth == Truth::unknown || right.truth == Truth::unknown) return {Truth::unknown, {}};
    // A side of a disjunction that stands nowhere has no width.
    const Places& l = left.places;
    const Places& r = right.places;
    const int left_width = left.truth == Truth::no ? 0 : l.width;
    const int right_width = right.truth == Truth::no ? 0 : r.width;
    if (query.kind == Kind::phrase) {
      return combine(l, query.distance + right_width, r, 0, query.distance + left_width + right_width, true);
    }
    const int width = std::max(left_width, right_width);
    return combine(l, width - left_width, r, width - right_width, width, query.kind == Kind::conjunction);
  }

  /// Both (or either) of two parts, with their ends shifted onto one place. By De Morgan's rules, what is
  /// everywhere but somewhere stays so.
  static Located combine(const Places& l, int left_shift, const Places& r, int right_shift, int width,
                         bool both) {
    Keep keep;
    bool everywhere_but = false;
    if (l.everywhere_but && r.everywhere_but) {
      keep = {.both = true, .left = both, .right = both};
      everywhere_but = true;
    } else if (l.everywhere_but) {
      keep = both ? Keep{.right = true} : Keep{.left = true};
      everywhere_but = !both;
    } else if (r.everywhere_but) {
      keep = both ? Keep{.left = true} : Keep{.right = true};
      everywhere_but = !both;
    } else {
      keep = {.both = true, .left = !both, .right = !both};
    }
    Located located;
    located.places = {merge(l, left_shift, r, right_shift, keep), everywhere_but, width};
    located.truth = everywhere_but || !located.places.at.empty() ? Truth::yes : Truth::no;
    return located;
  }

  const TsVector& vector_;
};

}  // namespace

bool matches(const TsVector& vector, const TsQuery& query) {
  return Matcher(vector).holds(query) == Truth::yes;
}

}  // namespace holdfast::text
