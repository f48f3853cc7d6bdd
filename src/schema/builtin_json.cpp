#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"to_jsonb(any) -> jsonb", "pg_to_jsonb({0}, {type0})"},
    BuiltinRow{"to_json(any) -> json", "CASE WHEN {0} IS NOT NULL THEN pg_json({0}, {type0}) END"},
    BuiltinRow{"row_to_json(any) -> json", "{0}"},
    BuiltinRow{"jsonb_typeof(jsonb) -> text", "pg_jsonb_typeof({0})"},
    BuiltinRow{"json_typeof(json) -> text", "pg_jsonb_typeof({0})"},
    BuiltinRow{"jsonb_array_length(jsonb) -> int4", "pg_jsonb_array_length({0})"},
    BuiltinRow{"json_array_length(json) -> int4", "pg_jsonb_array_length({0})"},
    BuiltinRow{"jsonb_set(jsonb, text[], jsonb) -> jsonb", "pg_jsonb_set({0}, {1}, {2}, 1)"},
    BuiltinRow{"jsonb_set(jsonb, text[], jsonb, bool) -> jsonb", "pg_jsonb_set({0}, {1}, {2}, {3})"},
    BuiltinRow{"jsonb_strip_nulls(jsonb) -> jsonb", "pg_jsonb_strip_nulls({0})"},
    BuiltinRow{"jsonb_build_object() -> jsonb", "'{}'"},
    BuiltinRow{"jsonb_build_object(any...) -> jsonb", "pg_jsonb_build_object({types}, {*})"},
    BuiltinRow{"json_build_object() -> json", "'{}'"},
    BuiltinRow{"json_build_object(any...) -> json", "pg_json_build_object({types}, {*})"},
    BuiltinRow{"jsonb_build_array() -> jsonb", "'[]'"},
    BuiltinRow{"jsonb_build_array(any...) -> jsonb", "pg_jsonb_build_array({types}, {*})"},
    BuiltinRow{"json_build_array() -> json", "'[]'"},
    BuiltinRow{"json_build_array(any...) -> json", "pg_json_build_array({types}, {*})"},
    BuiltinRow{"array_to_json(anyarray) -> json", "CASE WHEN {0} IS NOT NULL THEN pg_json({0}, {type0}) END"},
    BuiltinRow{"jsonb_extract_path(jsonb, text...) -> jsonb", "pg_jsonb_path({0}, pg_array({rest}))"},
    BuiltinRow{"jsonb_extract_path_text(jsonb, text...) -> text",
               "pg_jsonb_path_text({0}, pg_array({rest}))"},
    BuiltinRow{"json_extract_path(json, text...) -> json", "pg_jsonb_path({0}, pg_array({rest}))"},
    BuiltinRow{"json_extract_path_text(json, text...) -> text", "pg_jsonb_path_text({0}, pg_array({rest}))"},
};

}  // namespace

std::span<const BuiltinRow> json_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
