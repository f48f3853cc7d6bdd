#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"abs(int2) -> int2", "pg_int_abs({0}, 'smallint')"},
    BuiltinRow{"abs(int4) -> int4", "pg_int_abs({0}, 'integer')"},
    BuiltinRow{"abs(int8) -> int8", "pg_int_abs({0}, 'bigint')"},
    BuiltinRow{"abs(float4) -> float4", "abs({0})"},
    BuiltinRow{"abs(float8) -> float8", "abs({0})"},
    BuiltinRow{"abs(numeric) -> numeric", "pg_numeric_abs({0})"},
    BuiltinRow{"ceil(float8) -> float8", "ceil({0})"},
    BuiltinRow{"ceil(numeric) -> numeric", "pg_numeric_ceil({0})"},
    BuiltinRow{"ceiling(float8) -> float8", "ceil({0})"},
    BuiltinRow{"ceiling(numeric) -> numeric", "pg_numeric_ceil({0})"},
    BuiltinRow{"floor(float8) -> float8", "floor({0})"},
    BuiltinRow{"floor(numeric) -> numeric", "pg_numeric_floor({0})"},
    BuiltinRow{"round(float8) -> float8", "pg_float_round({0})"},
    BuiltinRow{"round(numeric) -> numeric", "pg_numeric_round({0}, 0)"},
    BuiltinRow{"round(numeric, int4) -> numeric", "pg_numeric_round({0}, {1})"},
    BuiltinRow{"trunc(float8) -> float8", "trunc({0})"},
    BuiltinRow{"trunc(numeric) -> numeric", "pg_numeric_trunc({0}, 0)"},
    BuiltinRow{"trunc(numeric, int4) -> numeric", "pg_numeric_trunc({0}, {1})"},
    BuiltinRow{"sign(float8) -> float8", "CAST(sign({0}) AS REAL)"},
    BuiltinRow{"sign(numeric) -> numeric", "pg_numeric_sign({0})"},
    BuiltinRow{"sqrt(float8) -> float8", "pg_float_sqrt({0})"},
    BuiltinRow{"sqrt(numeric) -> numeric", "pg_numeric_sqrt({0})"},
    BuiltinRow{"power(float8, float8) -> float8", "pg_float_power({0}, {1})"},
    BuiltinRow{"power(numeric, numeric) -> numeric", "pg_numeric_power({0}, {1})"},
    BuiltinRow{"pow(float8, float8) -> float8", "pg_float_power({0}, {1})"},
    BuiltinRow{"pow(numeric, numeric) -> numeric", "pg_numeric_power({0}, {1})"},
    BuiltinRow{"exp(float8) -> float8", "exp({0})"},
    BuiltinRow{"ln(float8) -> float8", "pg_float_ln({0})"},
    BuiltinRow{"mod(int2, int2) -> int2", "pg_int_mod({0}, {1}, 'smallint')"},
    BuiltinRow{"mod(int4, int4) -> int4", "pg_int_mod({0}, {1}, 'integer')"},
    BuiltinRow{"mod(int8, int8) -> int8", "pg_int_mod({0}, {1}, 'bigint')"},
    BuiltinRow{"mod(numeric, numeric) -> numeric", "pg_numeric_mod({0}, {1})"},
    BuiltinRow{"div(numeric, numeric) -> numeric", "pg_numeric_trunc(pg_numeric_div({0}, {1}), 0)"},
    BuiltinRow{"pi() -> float8", "pi()"},
    BuiltinRow{"random() -> float8", "((random() & 9007199254740991) / 9007199254740992.0)"},
};

}  // namespace

std::span<const BuiltinRow> number_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
