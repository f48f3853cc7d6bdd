#include <array>
#include <charconv>

#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/calendar.hpp"
#include "types/date_part.hpp"
#include "types/datetime.hpp"
#include "types/interval.hpp"
#include "types/numeric.hpp"
#include "types/time_zone.hpp"
#include "types/to_char.hpp"

namespace holdfast::schema::functions {
namespace {

using types::Interval;
using types::Kind;

bool is_timestamp(const types::Type& type) {
  return type.kind == Kind::timestamp || type.kind == Kind::timestamptz;
}

Result<void> date_trunc(Call& call) {
  if (!call.is_text(1)) return reply_with(call, types::truncate_timestamp(call.text(0), call.integer(1)));
  HF_TRY(const Interval interval, types::parse_interval(call.text(1)));
  HF_TRY(const Interval truncated, types::truncate_interval(call.text(0), interval));
  call.reply(types::to_string(truncated));
  return {};
}

Result<std::optional<std::string>> part_of(Call& call) {
  HF_TRY(const types::Type type, call.type(2));
  const std::string_view unit = call.text(0);
  switch (type.kind) {
    case Kind::timestamp:
    case Kind::timestamptz:
      return types::extract_from_timestamp(unit, call.integer(1), type.kind == Kind::timestamptz);
    case Kind::date:
      return types::extract_from_date(unit, call.integer(1));
    case Kind::time:
      return types::extract_from_time(unit, call.integer(1));
    case Kind::interval: {
      HF_TRY(const Interval interval, types::parse_interval(call.text(1)));
      return types::extract_from_interval(unit, interval);
    }
    default:
      return failure("42883", "function extract() does not exist for type " + types::format_type(type));
  }
}

Result<void> extract(Call& call) {
  HF_TRY(const auto part, part_of(call));
  if (part) {
    call.reply(*part);
  } else {
    call.reply_null();
  }
  return {};
}

Result<void> date_part(Call& call) {
  HF_TRY(const auto part, part_of(call));
  if (!part) {
    call.reply_null();
    return {};
  }
  return reply_with(call, types::numeric_to_double(*part));
}

/// time + interval stays within the day.
std::int64_t within_day(std::int64_t micros) {
  return micros - types::floor_divide(micros, types::kMicrosPerDay) * types::kMicrosPerDay;
}

Result<void> move(Call& call, const Interval& interval) {
  HF_TRY(const types::Type type, call.type(1));
  if (is_timestamp(type)) return reply_with(call, types::add_to_timestamp(call.integer(0), interval));
  if (type.kind == Kind::date) {
    HF_TRY(const std::int64_t midnight, types::checked_timestamp(call.integer(0), 0));
    return reply_with(call, types::add_to_timestamp(midnight, interval));
  }
  if (type.kind == Kind::timetz) {
    types::ZonedTime time = types::split_timetz(call.text(0));
    time.micros = within_day(time.micros + interval.micros % types::kMicrosPerDay);
    call.reply(types::join_timetz(time));
    return {};
  }
  call.reply(within_day(call.integer(0) + interval.micros % types::kMicrosPerDay));
  return {};
}

Result<void> add(Call& call) {
  HF_TRY(const Interval interval, types::parse_interval(call.text(2)));
  return move(call, interval);
}

Result<void> subtract(Call& call) {
  HF_TRY(const Interval interval, types::parse_interval(call.text(2)));
  HF_TRY(const Interval negative, types::negate(interval));
  return move(call, negative);
}

Result<void> difference(Call& call) {
  HF_TRY(const types::Type type, call.type(2));
  if (type.kind == Kind::date) {
    call.reply(call.integer(0) - call.integer(1));
  } else if (type.kind == Kind::time) {
    call.reply(types::to_string(Interval{.micros = call.integer(0) - call.integer(1)}));
  } else {
    HF_TRY(const Interval between, types::timestamp_difference(call.integer(0), call.integer(1)));
    call.reply(types::to_string(between));
  }
  return {};
}

Result<void> age(Call& call) {
  HF_TRY(const Interval between, types::age(call.integer(0), call.integer(1)));
  call.reply(types::to_string(between));
  return {};
}

/// AT TIME ZONE: a timestamptz becomes the zone's local time, a timestamp the moment at which it is local.
Result<void> timezone(Call& call) {
  HF_TRY(const types::Type type, call.type(2));
  const auto zone = types::TimeZone::find(call.text(0));
  if (!zone) return failure("22023", "time zone \"" + std::string(call.text(0)) + "\" not recognized");
  const std::int64_t value = call.integer(1);
  if (types::is_infinite_time(value)) {
    call.reply(value);
    return {};
  }
  const std::int64_t offset =
      type.kind == Kind::timestamptz ? zone->offset_at_utc(value) : -zone->offset_at_local(value);
  return reply_with(call, types::checked_timestamp(0, value + offset * types::kMicrosPerSecond));
}

Result<void> to_char(Call& call) {
  HF_TRY(const types::Type type, call.type(1));
  return reply_with(call, types::to_char(type, call.stored(0), call.text(2)));
}

constexpr std::int64_t kMostSeries = 10'000'000;

/// The values as a JSON array, for json_each().
template <class Step>
Result<void> reply_series(Call& call, std::int64_t from, std::int64_t to, bool upwards, Step step) {
  std::string out = "[";
  std::int64_t count = 0;
  for (std::int64_t value = from; upwards ? value <= to : value >= to;) {
    if (++count > kMostSeries)
      return failure("54000", "generate_series() would give more than 10000000 rows");
    if (out.size() > 1) out += ',';
    types::append_element(out, {.storage = types::Stored::Storage::integer, .integer = value});
    const Result<std::int64_t> next = step(value);
    if (!next) break;
    value = *next;
  }
  out += ']';
  call.reply(out);
  return {};
}

Result<void> generate_series(Call& call) {
  HF_TRY(const types::Type type, call.type(3));
  const std::int64_t from = call.integer(0);
  const std::int64_t to = call.integer(1);
  if (is_timestamp(type)) {
    HF_TRY(const Interval interval, types::parse_interval(call.text(2)));
    const int direction = types::compare(interval, Interval{});
    if (direction == 0) return failure("22023", "step size cannot equal zero");
    return reply_series(call, from, to, direction > 0,
                        [&interval](std::int64_t value) { return types::add_to_timestamp(value, interval); });
  }
  const std::int64_t width = call.integer(2);
  if (width == 0) return failure("22023", "step size cannot equal zero");
  return reply_series(call, from, to, width > 0, [width](std::int64_t value) -> Result<std::int64_t> {
    std::int64_t next = 0;
    if (__builtin_add_overflow(value, width, &next)) return failure("22003", "bigint out of range");
    return next;
  });
}

constexpr std::array kFunctions{
    Function{"pg_date_trunc", 2, date_trunc},
    Function{"pg_extract", 3, extract},
    Function{"pg_date_part", 3, date_part},
    Function{"pg_time_add", 3, add},
    Function{"pg_time_sub", 3, subtract},
    Function{"pg_time_diff", 3, difference},
    Function{"pg_age", 2, age},
    Function{"pg_timezone", 3, timezone},
    Function{"pg_to_char", 3, to_char},
    Function{"pg_generate_series", 4, generate_series},
};

}  // namespace

std::span<const Function> time_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
