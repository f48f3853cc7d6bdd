#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"count(any) -> int8", "count({0})"},
    BuiltinRow{"sum(int2) -> int8", "pg_sum_int({0})"},
    BuiltinRow{"sum(int4) -> int8", "pg_sum_int({0})"},
    BuiltinRow{"sum(int8) -> numeric", "pg_sum_bigint({0})"},
    BuiltinRow{"sum(numeric) -> numeric", "pg_sum_numeric({0})"},
    BuiltinRow{"sum(float4) -> float4", "sum({0})"},
    BuiltinRow{"sum(float8) -> float8", "sum({0})"},
    BuiltinRow{"sum(interval) -> interval", "pg_sum_interval({0})"},
    BuiltinRow{"avg(int2) -> numeric", "pg_avg_int({0})"},
    BuiltinRow{"avg(int4) -> numeric", "pg_avg_int({0})"},
    BuiltinRow{"avg(int8) -> numeric", "pg_avg_int({0})"},
    BuiltinRow{"avg(numeric) -> numeric", "pg_avg_numeric({0})"},
    BuiltinRow{"avg(float4) -> float8", "avg({0})"},
    BuiltinRow{"avg(float8) -> float8", "avg({0})"},
    BuiltinRow{"min(int2) -> int2", "min({0}{collate0})"},
    BuiltinRow{"min(int4) -> int4", "min({0}{collate0})"},
    BuiltinRow{"min(int8) -> int8", "min({0}{collate0})"},
    BuiltinRow{"min(float4) -> float4", "min({0}{collate0})"},
    BuiltinRow{"min(float8) -> float8", "min({0}{collate0})"},
    BuiltinRow{"min(numeric) -> numeric", "min({0}{collate0})"},
    BuiltinRow{"min(text) -> text", "min({0}{collate0})"},
    BuiltinRow{"min(bpchar) -> bpchar", "min({0}{collate0})"},
    BuiltinRow{"min(date) -> date", "min({0}{collate0})"},
    BuiltinRow{"min(time) -> time", "min({0}{collate0})"},
    BuiltinRow{"min(timetz) -> timetz", "min({0}{collate0})"},
    BuiltinRow{"min(timestamp) -> timestamp", "min({0}{collate0})"},
    BuiltinRow{"min(timestamptz) -> timestamptz", "min({0}{collate0})"},
    BuiltinRow{"min(interval) -> interval", "min({0}{collate0})"},
    BuiltinRow{"min(inet) -> inet", "min({0}{collate0})"},
    BuiltinRow{"min(money) -> money", "min({0}{collate0})"},
    BuiltinRow{"min(anyenum) -> anyenum", "min({0}{collate0})"},
    BuiltinRow{"min(anyarray) -> anyarray", "min({0}{collate0})"},
    BuiltinRow{"max(int2) -> int2", "max({0}{collate0})"},
    BuiltinRow{"max(int4) -> int4", "max({0}{collate0})"},
    BuiltinRow{"max(int8) -> int8", "max({0}{collate0})"},
    BuiltinRow{"max(float4) -> float4", "max({0}{collate0})"},
    BuiltinRow{"max(float8) -> float8", "max({0}{collate0})"},
    BuiltinRow{"max(numeric) -> numeric", "max({0}{collate0})"},
    BuiltinRow{"max(text) -> text", "max({0}{collate0})"},
    BuiltinRow{"max(bpchar) -> bpchar", "max({0}{collate0})"},
    BuiltinRow{"max(date) -> date", "max({0}{collate0})"},
    BuiltinRow{"max(time) -> time", "max({0}{collate0})"},
    BuiltinRow{"max(timetz) -> timetz", "max({0}{collate0})"},
    BuiltinRow{"max(timestamp) -> timestamp", "max({0}{collate0})"},
    BuiltinRow{"max(timestamptz) -> timestamptz", "max({0}{collate0})"},
    BuiltinRow{"max(interval) -> interval", "max({0}{collate0})"},
    BuiltinRow{"max(inet) -> inet", "max({0}{collate0})"},
    BuiltinRow{"max(money) -> money", "max({0}{collate0})"},
    BuiltinRow{"max(anyenum) -> anyenum", "max({0}{collate0})"},
    BuiltinRow{"max(anyarray) -> anyarray", "max({0}{collate0})"},
    BuiltinRow{"bool_and(bool) -> bool", "pg_bool_and({0})"},
    BuiltinRow{"every(bool) -> bool", "pg_bool_and({0})"},
    BuiltinRow{"bool_or(bool) -> bool", "pg_bool_or({0})"},
    BuiltinRow{"string_agg(text, text) -> text", "pg_string_agg({0}, {1})"},
    BuiltinRow{"array_agg(anyelement) -> anyarray", "pg_array_agg({0})"},
    BuiltinRow{"json_agg(any) -> json", "pg_json_agg({0}, {type0})"},
    BuiltinRow{"jsonb_agg(any) -> jsonb", "pg_jsonb_agg({0}, {type0})"},
    BuiltinRow{"json_object_agg(any, any) -> json", "pg_json_object_agg({text0}, {1}, {type1})"},
    BuiltinRow{"jsonb_object_agg(any, any) -> jsonb", "pg_jsonb_object_agg({text0}, {1}, {type1})"},
};

}  // namespace

std::span<const BuiltinRow> aggregate_rows() { return kRows; }

}  // namespace holdfast::schema::detail
