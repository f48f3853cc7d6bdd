#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "text/tsvector.hpp"

namespace holdfast::text {

/// PostgreSQL's tsquery as a tree.
struct TsQuery {
  enum class Kind : std::uint8_t { empty, lexeme, conjunction, disjunction, negation, phrase };
  Kind kind = Kind::empty;
  std::string word{};               ///< lexeme
  bool prefix = false;              ///< lexeme: `word:*`
  std::uint8_t weights = 0;         ///< lexeme: bit mask of D=1 C=2 B=4 A=8; 0: any
  std::uint16_t distance = 1;       ///< phrase: `<distance>`
  std::vector<TsQuery> operands{};  ///< negation has one, the others two

  [[nodiscard]] std::string to_string() const;  ///< as PostgreSQL prints it: `'fat' & 'rat':*`
};

/// As PostgreSQL 15's functions of these names.
/// 42704 for an unknown configuration, 54001 for more than 4,096 words; to_tsquery and parse_tsquery 42601
/// and 22023 (a distance out of range) as well, parse_tsquery 54000 (a word longer than 2,046 bytes).
Result<TsQuery> to_tsquery(std::string_view configuration, std::string_view query);
Result<TsQuery> plainto_tsquery(std::string_view configuration, std::string_view query);
Result<TsQuery> phraseto_tsquery(std::string_view configuration, std::string_view query);
Result<TsQuery> websearch_to_tsquery(std::string_view configuration, std::string_view query);
/// The text form.
Result<TsQuery> parse_tsquery(std::string_view text);

/// `vector @@ query`.
[[nodiscard]] bool matches(const TsVector& vector, const TsQuery& query);
/// ts_rank with default weights and the given normalisation bits.
[[nodiscard]] float rank(const TsVector& vector, const TsQuery& query, int normalization = 0);

}  // namespace holdfast::text
