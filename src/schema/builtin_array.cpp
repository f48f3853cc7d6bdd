#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"array_append(anyarray, anyelement) -> anyarray", "pg_array_append({0}, {1})"},
    BuiltinRow{"array_prepend(anyelement, anyarray) -> anyarray", "pg_array_prepend({0}, {1})"},
    BuiltinRow{"array_cat(anyarray, anyarray) -> anyarray", "pg_array_cat({0}, {1})"},
    BuiltinRow{"array_remove(anyarray, anyelement) -> anyarray", "pg_array_remove({0}, {1})"},
    BuiltinRow{"array_length(anyarray, int4) -> int4", "pg_array_length({0}, {1})"},
    BuiltinRow{"cardinality(anyarray) -> int4", "json_array_length({0})"},
    BuiltinRow{"array_position(anyarray, anyelement) -> int4", "pg_array_position({0}, {1})"},
    BuiltinRow{"array_to_string(anyarray, text) -> text", "pg_array_to_string({0}, {1}, NULL)"},
    BuiltinRow{"array_to_string(anyarray, text, text) -> text", "pg_array_to_string({0}, {1}, {2})"},
    BuiltinRow{"string_to_array(text, text) -> text[]", "pg_string_to_array({0}, {1})"},
};

}  // namespace

std::span<const BuiltinRow> array_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
