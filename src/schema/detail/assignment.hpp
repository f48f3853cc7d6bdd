#pragma once

#include "types/type.hpp"

namespace holdfast::schema::detail {

/// Whether PostgreSQL casts by itself when a value is assigned to a column; an untyped literal fits all.
///
/// Source: https://www.postgresql.org/docs/15/typeconv-query.html, pg_cast
[[nodiscard]] bool assigns_by_itself(const types::Type& from, const types::Type& to);

}  // namespace holdfast::schema::detail
