#include "types/to_char.hpp"

#include "types/calendar.hpp"
#include "types/cast.hpp"
#include "types/detail/to_char_time.hpp"
#include "types/interval.hpp"

namespace holdfast::types {
namespace {

Stored text(std::string value) { return {.storage = Stored::Storage::text, .bytes = std::move(value)}; }

void set_clock(TemplateTime& time, std::int64_t micros) {
  time.hour = micros / kMicrosPerHour;
  time.minute = static_cast<int>(micros / kMicrosPerMinute % 60);
  time.second = static_cast<int>(micros / kMicrosPerSecond % 60);
  time.micros = static_cast<int>(micros % kMicrosPerSecond);
}

TemplateTime of_timestamp(std::int64_t micros, bool zoned) {
  TemplateTime time;
  time.days = floor_divide(micros, kMicrosPerDay);
  const CivilDate date = civil_of(time.days);
  time.year = date.year;
  time.month = date.month;
  time.day = date.day;
  time.is_zoned = zoned;
  set_clock(time, micros - time.days * kMicrosPerDay);
  return time;
}

TemplateTime of_interval(const Interval& interval) {
  TemplateTime time;
  time.is_interval = true;
  time.year = interval.months / 12;
  time.month = interval.months % 12;
  time.day = interval.days;
  time.days = interval.days;
  set_clock(time, interval.micros);
  return time;
}

}  // namespace

Result<Stored> to_char(const Type& type, const StoredView& value, std::string_view format) {
  Result<std::string> printed = std::string();
  if (type.kind == Kind::interval) {
    HF_TRY(const Interval interval, parse_interval(value.bytes));
    printed = format_time_template(of_interval(interval), format);
  } else if (type.kind == Kind::timestamp || type.kind == Kind::timestamptz) {
    if (is_infinite_time(value.integer)) return Stored{};
    printed = format_time_template(of_timestamp(value.integer, type.kind == Kind::timestamptz), format);
  } else if (type.kind == Kind::date) {
    if (is_infinite_date(value.integer)) return Stored{};
    printed = format_time_template(of_timestamp(value.integer * kMicrosPerDay, false), format);
  } else {
    HF_TRY(const Stored number, cast(type, Type{.kind = Kind::numeric}, value, CastKind::explicit_));
    printed = format_number_template(number.bytes, format);
  }
  if (!printed) return std::move(printed).error();
  return text(*std::move(printed));
}

}  // namespace holdfast::types
