#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"lower(text) -> text", "pg_lower({0})"},
    BuiltinRow{"upper(text) -> text", "pg_upper({0})"},
    BuiltinRow{"initcap(text) -> text", "pg_initcap({0})"},
    BuiltinRow{"length(text) -> int4", "length({0})"},
    BuiltinRow{"length(bytea) -> int4", "length({0})"},
    BuiltinRow{"char_length(text) -> int4", "length({0})"},
    BuiltinRow{"character_length(text) -> int4", "length({0})"},
    BuiltinRow{"octet_length(text) -> int4", "length(CAST({0} AS BLOB))"},
    BuiltinRow{"octet_length(bytea) -> int4", "length({0})"},
    BuiltinRow{"substr(text, int4) -> text", "pg_substr({0}, {1})"},
    BuiltinRow{"substr(text, int4, int4) -> text", "pg_substr({0}, {1}, {2})"},
    BuiltinRow{"substring(text, int4) -> text", "pg_substr({0}, {1})"},
    BuiltinRow{"substring(text, int4, int4) -> text", "pg_substr({0}, {1}, {2})"},
    BuiltinRow{
        "substring(text, text) -> text",
        "(SELECT coalesce(pg_array_get(m, 1), '') FROM (SELECT pg_regexp_match({0}, {1}, '') AS m) WHERE m "
        "IS NOT NULL)"},
    BuiltinRow{"left(text, int4) -> text", "pg_left({0}, {1})"},
    BuiltinRow{"right(text, int4) -> text", "pg_right({0}, {1})"},
    BuiltinRow{"lpad(text, int4) -> text", "pg_lpad({0}, {1}, ' ')"},
    BuiltinRow{"lpad(text, int4, text) -> text", "pg_lpad({0}, {1}, {2})"},
    BuiltinRow{"rpad(text, int4) -> text", "pg_rpad({0}, {1}, ' ')"},
    BuiltinRow{"rpad(text, int4, text) -> text", "pg_rpad({0}, {1}, {2})"},
    BuiltinRow{"strpos(text, text) -> int4", "pg_strpos({0}, {1})"},
    BuiltinRow{"position(text, text) -> int4", "pg_strpos({0}, {1})"},
    BuiltinRow{"split_part(text, text, int4) -> text", "pg_split_part({0}, {1}, {2})"},
    BuiltinRow{"btrim(text) -> text", "pg_btrim({0}, ' ')"},
    BuiltinRow{"btrim(text, text) -> text", "pg_btrim({0}, {1})"},
    BuiltinRow{"ltrim(text) -> text", "pg_ltrim({0}, ' ')"},
    BuiltinRow{"ltrim(text, text) -> text", "pg_ltrim({0}, {1})"},
    BuiltinRow{"rtrim(text) -> text", "pg_rtrim({0}, ' ')"},
    BuiltinRow{"rtrim(text, text) -> text", "pg_rtrim({0}, {1})"},
    BuiltinRow{"repeat(text, int4) -> text", "pg_repeat({0}, {1})"},
    BuiltinRow{"reverse(text) -> text", "pg_reverse({0})"},
    BuiltinRow{"replace(text, text, text) -> text", "replace({0}, {1}, {2})"},
    BuiltinRow{"translate(text, text, text) -> text", "pg_translate({0}, {1}, {2})"},
    BuiltinRow{"md5(text) -> text", "pg_md5({0})"},
    BuiltinRow{"ascii(text) -> int4", "CASE WHEN {0} = '' THEN 0 ELSE unicode({0}) END"},
    BuiltinRow{"chr(int4) -> text", "char({0})"},
    BuiltinRow{"starts_with(text, text) -> bool", "substr({0}, 1, length({1})) = {1}"},
    BuiltinRow{"regexp_replace(text, text, text) -> text", "pg_regexp_replace({0}, {1}, {2}, '')"},
    BuiltinRow{"regexp_replace(text, text, text, text) -> text", "pg_regexp_replace({0}, {1}, {2}, {3})"},
    BuiltinRow{"regexp_match(text, text) -> text[]", "pg_regexp_match({0}, {1}, '')"},
    BuiltinRow{"regexp_match(text, text, text) -> text[]", "pg_regexp_match({0}, {1}, {2})"},
    BuiltinRow{"like_escape(text, text) -> text", "pg_like_escape({0}, {1})"},
    BuiltinRow{"similar_to_escape(text) -> text", "pg_similar_to_escape({0})"},
    BuiltinRow{"similar_to_escape(text, text) -> text", "pg_similar_to_escape({0}, {1})"},
    BuiltinRow{"concat(any...) -> text", "pg_concat({texts})"},
    BuiltinRow{"concat_ws(text, any...) -> text", "pg_concat_ws({texts})"},
    BuiltinRow{"format(text) -> text", "pg_format({0})"},
    BuiltinRow{"format(text, any...) -> text", "pg_format({texts})"},
    BuiltinRow{"quote_literal(text) -> text", "quote({0})"},
    BuiltinRow{"encode(bytea, text) -> text", "pg_encode({0}, {1})"},
    BuiltinRow{"decode(text, text) -> bytea", "pg_decode({0}, {1})"},
    BuiltinRow{"to_char(timestamptz, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(timestamp, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(interval, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(int4, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(int8, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(numeric, text) -> text", "pg_to_char({0}, {type0}, {1})"},
    BuiltinRow{"to_char(float8, text) -> text", "pg_to_char({0}, {type0}, {1})"},
};

}  // namespace

std::span<const BuiltinRow> text_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
