#include "text/fts_match.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace holdfast::text {
namespace {

using Kind = TsQuery::Kind;

/// FTS5's parser has a stack of 100 places, and an open parenthesis takes three.
constexpr int kDeepestParentheses = 25;
constexpr char kEscape = '\x1e';

/// The two bytes with a meaning of their own get an escape, byte by byte, so that prefixes stay prefixes.
void append_token(std::string& out, std::string_view word) {
  for (const char c : word) {
    if (c == kEscape) {
      out += {kEscape, 'a'};
    } else if (c == kTokenEnd) {
      out += {kEscape, 'b'};
    } else {
      out.push_back(c);
    }
  }
}

/// Elements may be empty, and tokens may not.
std::string element_token(std::string_view element) {
  std::string token = "=";
  append_token(token, element);
  return token;
}

std::string quoted(std::string_view token) {
  std::string out = "\"";
  for (const char c : token) {
    if (c == '"') out.push_back(c);
    // FTS5 reads a query up to a zero byte, which no stored text has.
    if (c != '\0') out.push_back(c);
  }
  out.push_back('"');
  return out;
}

/// Sets of documents around the wanted one.
enum class Bound : std::uint8_t {
  at_most,   ///< every document that should be found, perhaps more
  at_least,  ///< no document that should not be found, perhaps fewer
};

/// Part of a MATCH text. Empty means: nothing is known, so every document for at_most and none for at_least.
struct Part {
  std::string match;
  std::string_view joined_by{};  ///< AND or OR at its top

  [[nodiscard]] bool empty() const { return match.empty(); }
  [[nodiscard]] std::string inside(std::string_view around) const {
    return joined_by.empty() || joined_by == around ? match : "(" + match + ")";
  }
};

class Translation {
 public:
  Part translate(const TsQuery& query, Bound bound, bool in_phrase, int depth) {
    if (depth > kDeepestParentheses) return unknown();
    switch (query.kind) {
      case Kind::empty:
        return {quoted(kNoDocument)};
      case Kind::lexeme:
        return lexeme(query, bound);
      case Kind::negation:
        return negation(query, bound, in_phrase, depth);
      case Kind::phrase:
        exact_ = false;
        if (bound == Bound::at_least) return {};
        return pair(query, "AND", bound, true, depth);
      case Kind::conjunction:
        return pair(query, "AND", bound, in_phrase, depth);
      case Kind::disjunction:
        return pair(query, "OR", bound, in_phrase, depth);
    }
    return unknown();
  }

  [[nodiscard]] bool exact() const { return exact_; }

 private:
  Part unknown() {
    exact_ = false;
    return {};
  }

  Part lexeme(const TsQuery& query, Bound bound) {
    if (query.weights != 0) {
      exact_ = false;
      if (bound == Bound::at_least) return {};
    }
    std::string token;
    append_token(token, query.word);
    return {quoted(token) + (query.prefix ? " *" : "")};
  }

  /// Inside a phrase a negation speaks of places, and a document may have the word elsewhere.
  Part negation(const TsQuery& query, Bound bound, bool in_phrase, int depth) {
    if (in_phrase) return unknown();
    const Bound opposite = bound == Bound::at_most ? Bound::at_least : Bound::at_most;
    const Part inner = translate(query.operands[0], opposite, false, depth + 1);
    // What is not in a set of which nothing is known: nothing is known.
    if (inner.empty()) return {};
    return {"(" + quoted(kEveryDocument) + " NOT " + inner.inside("NOT") + ")"};
  }

  Part pair(const TsQuery& query, std::string_view joined_by, Bound bound, bool in_phrase, int depth) {
    const auto side = [&](const TsQuery& operand) {
      // A chain of one operator needs no parentheses.
      const int nested = operand.kind == query.kind ? depth : depth + 1;
      return translate(operand, bound, in_phrase, nested);
    };
    Part left = side(query.operands[0]);
    Part right = side(query.operands[1]);
    const bool unknown_decides = (joined_by == "AND") == (bound == Bound::at_least);
    if (left.empty() || right.empty()) {
      if (unknown_decides) return {};
      return left.empty() ? right : left;
    }
    left.match = left.inside(joined_by);
    left.match.append(" ").append(joined_by).append(" ").append(right.inside(joined_by));
    left.joined_by = joined_by;
    return left;
  }

  bool exact_ = true;
};

std::string join_elements(const std::vector<std::string>& elements, std::string_view joined_by) {
  std::string match;
  for (const std::string& element : elements) {
    if (!match.empty()) match.append(" ").append(joined_by).append(" ");
    match += quoted(element_token(element));
  }
  return match;
}

}  // namespace

FtsCondition fts_condition(const TsQuery& query) {
  Translation translation;
  Part whole = translation.translate(query, Bound::at_most, false, 0);
  if (whole.empty()) whole.match = quoted(kEveryDocument);
  return {std::move(whole.match), translation.exact()};
}

std::string fts_match_all(const std::vector<std::string>& elements) {
  return elements.empty() ? quoted(kEveryDocument) : join_elements(elements, "AND");
}

std::string fts_match_any(const std::vector<std::string>& elements) {
  return elements.empty() ? quoted(kNoDocument) : join_elements(elements, "OR");
}

std::string fts_document(const TsVector& vector) {
  std::string document(kEveryDocument);
  document.push_back(kTokenEnd);
  for (const Lexeme& lexeme : vector.lexemes) {
    append_token(document, lexeme.word);
    document.push_back(kTokenEnd);
  }
  return document;
}

std::string fts_document(const std::vector<std::string>& elements) {
  std::string document(kEveryDocument);
  document.push_back(kTokenEnd);
  for (const std::string& element : elements) {
    document += element_token(element);
    document.push_back(kTokenEnd);
  }
  return document;
}

}  // namespace holdfast::text
