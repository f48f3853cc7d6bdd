#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"unnest(anyarray) -> anyelement", "{*}"},
    BuiltinRow{"generate_series(int4, int4) -> int4", "pg_generate_series({0}, {1}, 1, 'integer')"},
    BuiltinRow{"generate_series(int4, int4, int4) -> int4", "pg_generate_series({0}, {1}, {2}, 'integer')"},
    BuiltinRow{"generate_series(int8, int8) -> int8", "pg_generate_series({0}, {1}, 1, 'bigint')"},
    BuiltinRow{"generate_series(int8, int8, int8) -> int8", "pg_generate_series({0}, {1}, {2}, 'bigint')"},
    BuiltinRow{"generate_series(timestamp, timestamp, interval) -> timestamp",
               "pg_generate_series({0}, {1}, {2}, {type0})"},
    BuiltinRow{"generate_series(timestamptz, timestamptz, interval) -> timestamptz",
               "pg_generate_series({0}, {1}, {2}, {type0})"},
    BuiltinRow{"generate_subscripts(anyarray, int4) -> int4",
               "pg_generate_series(1, pg_array_length({0}, {1}), 1, 'integer')"},
    BuiltinRow{"jsonb_array_elements(jsonb) -> jsonb", "{*}"},
    BuiltinRow{"json_array_elements(json) -> json", "{*}"},
    BuiltinRow{"jsonb_array_elements_text(jsonb) -> text", "{*}"},
    BuiltinRow{"json_array_elements_text(json) -> text", "{*}"},
    BuiltinRow{"jsonb_object_keys(jsonb) -> text", "{*}"},
    BuiltinRow{"json_object_keys(json) -> text", "{*}"},
    BuiltinRow{"jsonb_each(jsonb) -> jsonb", "{*}"},
    BuiltinRow{"json_each(json) -> json", "{*}"},
    BuiltinRow{"jsonb_each_text(jsonb) -> text", "{*}"},
    BuiltinRow{"json_each_text(json) -> text", "{*}"},
    BuiltinRow{"regexp_split_to_table(text, text) -> text", "pg_regexp_split_to_array({0}, {1})"},
    BuiltinRow{"string_to_table(text, text) -> text", "pg_string_to_array({0}, {1})"},
};

}  // namespace

std::span<const BuiltinRow> set_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
