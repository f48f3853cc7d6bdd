#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "schema/expression_operand.hpp"

namespace holdfast::schema::detail {

/// Who asks for a cast decides which are allowed, as in PostgreSQL's pg_cast.
enum class CastContext : std::uint8_t { implicit, assignment, explicit_ };

/// Untyped operands cast to anything; their text is checked when they are coerced.
[[nodiscard]] bool can_cast(const types::Type& from, const types::Type& to, CastContext context);

/// The operand as a value of `target`. Literals are read by types::parse() now, so that a wrong one is an
/// error (22P02, 22007, ...) before anything runs. 42846 (explicit) or 42804 where there is no such cast.
Result<Operand> coerce(Operand operand, const types::Type& target, CastContext context);

/// An untyped literal, NULL or parameter becomes text, as in a SELECT list; others stay.
Result<Operand> settle(Operand operand);

/// The type that CASE, COALESCE, VALUES, arrays and set operations give their parts, by PostgreSQL's rules
/// for UNION and related constructs. 42804 where the parts do not fit.
Result<types::Type> common_type(const std::vector<Operand>& parts, std::string_view construct);

/// A value in stored form as an SQLite literal, read from PostgreSQL's text form of `type`.
Result<Operand> typed_literal(const types::Type& type, std::string_view text);

}  // namespace holdfast::schema::detail
