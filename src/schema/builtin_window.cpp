#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"row_number() -> int8", "row_number()"},
    BuiltinRow{"rank() -> int8", "rank()"},
    BuiltinRow{"dense_rank() -> int8", "dense_rank()"},
    BuiltinRow{"percent_rank() -> float8", "percent_rank()"},
    BuiltinRow{"cume_dist() -> float8", "cume_dist()"},
    BuiltinRow{"ntile(int4) -> int4", "ntile({0})"},
    BuiltinRow{"lag(anyelement) -> anyelement", "lag({0})"},
    BuiltinRow{"lag(anyelement, int4) -> anyelement", "lag({0}, {1})"},
    BuiltinRow{"lag(anyelement, int4, anyelement) -> anyelement", "lag({0}, {1}, {2})"},
    BuiltinRow{"lead(anyelement) -> anyelement", "lead({0})"},
    BuiltinRow{"lead(anyelement, int4) -> anyelement", "lead({0}, {1})"},
    BuiltinRow{"lead(anyelement, int4, anyelement) -> anyelement", "lead({0}, {1}, {2})"},
    BuiltinRow{"first_value(anyelement) -> anyelement", "first_value({0})"},
    BuiltinRow{"last_value(anyelement) -> anyelement", "last_value({0})"},
    BuiltinRow{"nth_value(anyelement, int4) -> anyelement", "nth_value({0}, {1})"},
};

}  // namespace

std::span<const BuiltinRow> window_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
