#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "text/detail/query_builder.hpp"
#include "text/detail/word_reader.hpp"

namespace holdfast::text::detail {

/// One operand as it stands in a query: a word, or several in quotes.
struct Operand {
  std::string text;
  std::uint8_t weights = 0;
  bool prefix = false;
};

/// Makes an operand's tree: kind empty for one of stop words only.
using OperandMeaning = std::function<Result<TsQuery>(const Operand&)>;

/// Reads `a & !(b | c:*A) <2> 'd e'`. 42601, 22023 (a distance out of range).
Result<TsQuery> read_operators(std::string_view text, const OperandMeaning& meaning);

/// Reads what people type into a search box: words, "phrases", `or`, `-not`. Never a syntax error.
Result<TsQuery> read_web_search(std::string_view text, const OperandMeaning& meaning);

}  // namespace holdfast::text::detail
