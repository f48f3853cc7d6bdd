#pragma once

#include <span>
#include <string_view>

#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

namespace holdfast::text::detail {

/// The lexemes of a vector that a query's lexeme names: one, or all with its prefix.
[[nodiscard]] std::span<const Lexeme> find_lexemes(const TsVector& vector, const TsQuery& lexeme);

}  // namespace holdfast::text::detail
