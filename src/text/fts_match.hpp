#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

namespace holdfast::text {

/// Text of an inverted index over FTS5. A document is its tokens, each in front of kTokenEnd; the tokenizer
/// that the search room registers splits there and nowhere else. Every document has kEveryDocument as well,
/// so that a negation is a difference of two sets.
inline constexpr char kTokenEnd = '\x1f';
inline constexpr std::string_view kEveryDocument = "\x1ez";
inline constexpr std::string_view kNoDocument = "\x1ey";

/// A query in FTS5's MATCH language.
struct FtsCondition {
  std::string match;
  /// Finds what the query finds and nothing else; otherwise more, and every hit must be checked.
  bool exact = false;
};

[[nodiscard]] FtsCondition fts_condition(const TsQuery& query);

/// Rows that have all elements, or any of them. Elements are compared byte by byte; to be checked where an
/// element is longer than 32 KB.
[[nodiscard]] std::string fts_match_all(const std::vector<std::string>& elements);
[[nodiscard]] std::string fts_match_any(const std::vector<std::string>& elements);

[[nodiscard]] std::string fts_document(const TsVector& vector);
[[nodiscard]] std::string fts_document(const std::vector<std::string>& elements);

}  // namespace holdfast::text
