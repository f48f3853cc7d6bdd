#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"to_tsvector(text) -> tsvector", "pg_to_tsvector('english', {0})"},
    BuiltinRow{"to_tsvector(text, text) -> tsvector", "pg_to_tsvector({0}, {1})"},
    BuiltinRow{"to_tsquery(text) -> tsquery", "pg_to_tsquery('english', {0})"},
    BuiltinRow{"to_tsquery(text, text) -> tsquery", "pg_to_tsquery({0}, {1})"},
    BuiltinRow{"plainto_tsquery(text) -> tsquery", "pg_plainto_tsquery('english', {0})"},
    BuiltinRow{"plainto_tsquery(text, text) -> tsquery", "pg_plainto_tsquery({0}, {1})"},
    BuiltinRow{"phraseto_tsquery(text) -> tsquery", "pg_phraseto_tsquery('english', {0})"},
    BuiltinRow{"phraseto_tsquery(text, text) -> tsquery", "pg_phraseto_tsquery({0}, {1})"},
    BuiltinRow{"websearch_to_tsquery(text) -> tsquery", "pg_websearch_to_tsquery('english', {0})"},
    BuiltinRow{"websearch_to_tsquery(text, text) -> tsquery", "pg_websearch_to_tsquery({0}, {1})"},
    BuiltinRow{"ts_rank(tsvector, tsquery) -> float4", "pg_ts_rank({0}, {1}, 0)"},
    BuiltinRow{"ts_rank(tsvector, tsquery, int4) -> float4", "pg_ts_rank({0}, {1}, {2})"},
};

}  // namespace

std::span<const BuiltinRow> search_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
