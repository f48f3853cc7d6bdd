#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/type.hpp"

namespace holdfast::types {

// Text input and output of PostgreSQL's simple types. Inputs may be surrounded by blanks where PostgreSQL
// allows it. Errors are 22P02 and 22003 unless a line says otherwise.

Result<bool> parse_boolean(std::string_view text);
/// int2, int4, int8 or oid.
Result<std::int64_t> parse_integer(Kind kind, std::string_view text);
/// 22003 where `value` is outside the kind's range.
Result<std::int64_t> fit_integer(Kind kind, std::int64_t value);
/// float4 or float8; float4 is rounded to single precision.
Result<double> parse_float(Kind kind, std::string_view text);
/// Shortest digits that read back, in PostgreSQL's layout: `1e+15`, `-0`, `NaN`.
void append_float(std::string& out, Kind kind, double value);
void append_integer(std::string& out, std::int64_t value);

/// Any of PostgreSQL's uuid forms -> 36 lower-case characters.
Result<std::string> parse_uuid(std::string_view text);

/// `\x` hex or the escape form -> bytes. 22023 for bad hex.
Result<std::string> parse_bytea(std::string_view text);
void append_bytea(std::string& out, std::string_view bytes);

/// `$1,234.56` -> cents.
Result<std::int64_t> parse_money(std::string_view text);
void append_money(std::string& out, std::int64_t cents);

/// bit(n), varbit(n): 22026, 22001 for the wrong length.
Result<std::string> parse_bits(const Type& type, std::string_view text);

/// IPv4 or IPv6 with an optional mask -> normal form.
Result<std::string> parse_inet(std::string_view text);
[[nodiscard]] int compare_inet(std::string_view left, std::string_view right);

}  // namespace holdfast::types
