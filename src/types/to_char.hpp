#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/codec.hpp"
#include "types/type.hpp"

namespace holdfast::types {

/// to_char() of a timestamp, timestamptz, date, interval or number with PostgreSQL's template patterns, in
/// English. Null for infinite times. 0A000 for patterns that are not there (RN, EEEE, V of numbers). Source:
/// https://www.postgresql.org/docs/15/functions-formatting.html
Result<Stored> to_char(const Type& type, const StoredView& value, std::string_view format);

}  // namespace holdfast::types
