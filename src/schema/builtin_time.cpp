#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"now() -> timestamptz", "pg_now()"},
    BuiltinRow{"transaction_timestamp() -> timestamptz", "pg_now()"},
    BuiltinRow{"statement_timestamp() -> timestamptz", "pg_now()"},
    BuiltinRow{"clock_timestamp() -> timestamptz", "pg_clock_timestamp()"},
    BuiltinRow{"date_trunc(text, timestamptz) -> timestamptz", "pg_date_trunc({0}, {1})"},
    BuiltinRow{"date_trunc(text, timestamp) -> timestamp", "pg_date_trunc({0}, {1})"},
    BuiltinRow{"extract(text, timestamptz) -> numeric", "pg_extract({0}, {1}, {type1})"},
    BuiltinRow{"extract(text, timestamp) -> numeric", "pg_extract({0}, {1}, {type1})"},
    BuiltinRow{"extract(text, date) -> numeric", "pg_extract({0}, {1}, {type1})"},
    BuiltinRow{"extract(text, time) -> numeric", "pg_extract({0}, {1}, {type1})"},
    BuiltinRow{"extract(text, interval) -> numeric", "pg_extract({0}, {1}, {type1})"},
    BuiltinRow{"date_part(text, timestamptz) -> float8", "pg_date_part({0}, {1}, {type1})"},
    BuiltinRow{"date_part(text, timestamp) -> float8", "pg_date_part({0}, {1}, {type1})"},
    BuiltinRow{"date_part(text, date) -> float8", "pg_date_part({0}, {1}, {type1})"},
    BuiltinRow{"date_part(text, time) -> float8", "pg_date_part({0}, {1}, {type1})"},
    BuiltinRow{"date_part(text, interval) -> float8", "pg_date_part({0}, {1}, {type1})"},
    BuiltinRow{"age(timestamptz, timestamptz) -> interval", "pg_age({0}, {1})"},
    BuiltinRow{"age(timestamp, timestamp) -> interval", "pg_age({0}, {1})"},
    BuiltinRow{"age(timestamptz) -> interval",
               "pg_age(pg_cast(pg_current_date(), 'date', 'timestamp with time zone'), {0})"},
    BuiltinRow{"age(timestamp) -> interval",
               "pg_age(pg_cast(pg_current_date(), 'date', 'timestamp without time zone'), {0})"},
    BuiltinRow{"to_timestamp(float8) -> timestamptz", "CAST(pg_float_round({0} * 1000000.0) AS INTEGER)"},
    BuiltinRow{"timezone(text, timestamptz) -> timestamp", "pg_timezone({0}, {1}, {type1})"},
    BuiltinRow{"timezone(text, timestamp) -> timestamptz", "pg_timezone({0}, {1}, {type1})"},
};

}  // namespace

std::span<const BuiltinRow> time_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
