#pragma once

#include "base/result.hpp"
#include "types/codec.hpp"
#include "types/type.hpp"

namespace holdfast::types {

enum class CastKind : std::uint8_t {
  assignment,  ///< into a column: a text that is too long is 22001
  explicit_,   ///< `value::type`: a text that is too long is cut
};

/// A value that is not null, from one type to another as PostgreSQL casts it; array elements one by one.
/// Pairs that have no cast of their own go through their text forms, so whoever knows which casts exist asks
/// first. Errors: those of parse(), and 22003, 22008, 22023.
Result<Stored> cast(const Type& from, const Type& to, const StoredView& value, CastKind kind);

/// The text that `value::text` gives: `true` where the output form is `t`, char(n) without its padding.
[[nodiscard]] std::string text_of(const Type& type, const StoredView& value);

}  // namespace holdfast::types
