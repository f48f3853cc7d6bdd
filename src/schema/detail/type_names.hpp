#pragma once

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/detail/tree.hpp"

namespace holdfast::schema::detail {

/// A type as written, with its modifiers: built-in, or an enum of the catalogue. `serial` and its kin are
/// for CREATE TABLE alone and are not resolved here. Errors: 42704, 22023 for a modifier out of range, HF003
/// for types that have no counterpart.
Result<types::Type> resolve_type(const Catalogue& catalogue, const PgQuery__TypeName& name);

/// The name as one would write it: `public.mood`, `int4`.
[[nodiscard]] std::string written_type(const PgQuery__TypeName& name);

/// A `schema.name` list, `public` where there is no schema.
[[nodiscard]] QualifiedName qualified(std::span<Node* const> names);
[[nodiscard]] QualifiedName qualified(const PgQuery__RangeVar& relation);

}  // namespace holdfast::schema::detail
