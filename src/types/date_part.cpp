#include "types/date_part.hpp"

#include "types/calendar.hpp"
#include "types/datetime.hpp"
#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/time_units.hpp"
#include "types/numeric.hpp"

namespace holdfast::types {
namespace {

using Part = std::optional<std::string>;

Error unknown_unit(std::string_view unit, std::string_view type) {
  return failure("22023", "unit \"" + std::string(unit) + "\" not recognized for type " + std::string(type));
}

Error unsupported_unit(std::string_view unit, std::string_view type) {
  return failure("0A000", "unit \"" + std::string(unit) + "\" not supported for type " + std::string(type));
}

std::string whole(std::int64_t value) { return std::to_string(value); }

/// micros / 10^digits with that many decimals.
std::string decimal(std::int64_t value, int digits) {
  const auto magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return canonical_decimal(value < 0, std::to_string(magnitude), digits);
}

/// Year as people count: there is no year 0.
std::int64_t counted_year(std::int64_t year) { return year > 0 ? year : year - 1; }
std::int64_t period_of(std::int64_t year, std::int64_t length) {
  return year > 0 ? (year + length - 1) / length : -((length - 1 - (year - 1)) / length);
}

/// Parts of a time of day; nothing where the unit is none.
Part part_of_time(TimeUnit unit, std::int64_t micros) {
  switch (unit) {
    case TimeUnit::microsecond:
      return whole(micros % kMicrosPerMinute);
    case TimeUnit::millisecond:
      return decimal(micros % kMicrosPerMinute, 3);
    case TimeUnit::second:
      return decimal(micros % kMicrosPerMinute, 6);
    case TimeUnit::minute:
      return whole(micros / kMicrosPerMinute % 60);
    case TimeUnit::hour:
      return whole(micros / kMicrosPerHour);
    default:
      return std::nullopt;
  }
}

Part part_of_date(TimeUnit unit, std::int64_t days) {
  const CivilDate date = civil_of(days);
  switch (unit) {
    case TimeUnit::day:
      return whole(date.day);
    case TimeUnit::month:
      return whole(date.month);
    case TimeUnit::quarter:
      return whole((date.month - 1) / 3 + 1);
    case TimeUnit::week:
      return whole(iso_week_of(days).week);
    case TimeUnit::year:
      return whole(counted_year(date.year));
    case TimeUnit::decade:
      return whole(floor_divide(date.year, 10));
    case TimeUnit::century:
      return whole(period_of(date.year, 100));
    case TimeUnit::millennium:
      return whole(period_of(date.year, 1000));
    case TimeUnit::iso_year:
      return whole(counted_year(iso_week_of(days).year));
    case TimeUnit::day_of_week:
      return whole(weekday_of(days));
    case TimeUnit::iso_day_of_week:
      return whole(weekday_of(days) == 0 ? 7 : weekday_of(days));
    case TimeUnit::day_of_year:
      return whole(days - days_of({date.year, 1, 1}) + 1);
    default:
      return std::nullopt;
  }
}

/// Units that grow without end have an infinite value; the others have none.
Part part_of_infinity(TimeUnit unit, bool positive) {
  switch (unit) {
    case TimeUnit::year:
    case TimeUnit::decade:
    case TimeUnit::century:
    case TimeUnit::millennium:
    case TimeUnit::julian:
    case TimeUnit::iso_year:
    case TimeUnit::epoch:
      return std::string(positive ? kInfinity : kMinusInfinity);
    default:
      return std::nullopt;
  }
}

/// The Julian day with the time of the day as its fraction.
Result<std::string> julian_of(std::int64_t days, std::int64_t micros_of_day) {
  HF_TRY(const std::string fraction, numeric_divide(whole(micros_of_day), whole(kMicrosPerDay)));
  return numeric_add(whole(days - kFirstDay), fraction);
}

}  // namespace

IsoWeek iso_week_of(std::int64_t days) {
  // The week's Thursday decides the year.
  const int weekday = weekday_of(days) == 0 ? 7 : weekday_of(days);
  const std::int64_t thursday = days - weekday + 4;
  const std::int64_t year = civil_of(thursday).year;
  return {year, static_cast<int>((thursday - days_of({year, 1, 1})) / 7) + 1};
}

Result<Part> extract_from_timestamp(std::string_view name, std::int64_t micros, bool zoned) {
  const std::string_view type = zoned ? "timestamp with time zone" : "timestamp without time zone";
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, type);
  const bool zone_unit =
      *unit == TimeUnit::zone || *unit == TimeUnit::zone_hour || *unit == TimeUnit::zone_minute;
  if (zone_unit && !zoned) return unsupported_unit(name, type);
  if (is_infinite_time(micros)) return part_of_infinity(*unit, micros > 0);
  if (zone_unit) return Part(whole(0));
  const std::int64_t days = floor_divide(micros, kMicrosPerDay);
  const std::int64_t time = micros - days * kMicrosPerDay;
  if (*unit == TimeUnit::epoch) return Part(decimal(micros, 6));
  if (*unit == TimeUnit::julian) {
    HF_TRY(std::string julian, julian_of(days, time));
    return Part(std::move(julian));
  }
  if (auto part = part_of_time(*unit, time)) return part;
  return part_of_date(*unit, days);
}

Result<Part> extract_from_date(std::string_view name, std::int64_t days) {
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, "date");
  const bool dated =
      part_of_date(*unit, 0).has_value() || *unit == TimeUnit::epoch || *unit == TimeUnit::julian;
  if (!dated) return unsupported_unit(name, "date");
  if (is_infinite_date(days)) return part_of_infinity(*unit, days > 0);
  if (*unit == TimeUnit::epoch) return Part(whole(days * 86400));
  if (*unit == TimeUnit::julian) return Part(whole(days - kFirstDay));
  return part_of_date(*unit, days);
}

Result<Part> extract_from_time(std::string_view name, std::int64_t micros) {
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, "time without time zone");
  if (*unit == TimeUnit::epoch) return Part(decimal(micros, 6));
  auto part = part_of_time(*unit, micros);
  if (!part) return unsupported_unit(name, "time without time zone");
  return part;
}

Result<Part> extract_from_interval(std::string_view name, const Interval& interval) {
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, "interval");
  const std::int64_t years = interval.months / 12;
  switch (*unit) {
    case TimeUnit::day:
      return Part(whole(interval.days));
    case TimeUnit::month:
      return Part(whole(interval.months % 12));
    case TimeUnit::quarter:
      return Part(whole(interval.months % 12 / 3 + 1));
    case TimeUnit::year:
      return Part(whole(years));
    case TimeUnit::decade:
      return Part(whole(years / 10));
    case TimeUnit::century:
      return Part(whole(years / 100));
    case TimeUnit::millennium:
      return Part(whole(years / 1000));
    case TimeUnit::epoch: {
      // A year counts 365.25 days here, a month of the rest 30.
      const std::int64_t quarter_days =
          years * 1461 + (static_cast<std::int64_t>(interval.months % 12) * 30 + interval.days) * 4;
      __extension__ using Wide = __int128;
      const Wide micros = static_cast<Wide>(quarter_days) * (kMicrosPerDay / 4) + interval.micros;
      return Part(decimal(static_cast<std::int64_t>(micros), 6));
    }
    default:
      break;
  }
  auto part = part_of_time(*unit, interval.micros);
  if (!part) return unsupported_unit(name, "interval");
  return part;
}

namespace {

std::int64_t begin_of_period(std::int64_t year, std::int64_t length) {
  return year > 0 ? (year - 1) / length * length + 1 : -((length - 1 - (year - 1)) / length) * length + 1;
}

std::int64_t truncated_days(TimeUnit unit, std::int64_t days) {
  CivilDate date = civil_of(days);
  switch (unit) {
    case TimeUnit::week:
      return days - (weekday_of(days) + 6) % 7;
    case TimeUnit::month:
      return days_of({date.year, date.month, 1});
    case TimeUnit::quarter:
      return days_of({date.year, (date.month - 1) / 3 * 3 + 1, 1});
    case TimeUnit::year:
      return days_of({date.year, 1, 1});
    case TimeUnit::decade:
      return days_of({floor_divide(date.year, 10) * 10, 1, 1});
    case TimeUnit::century:
      return days_of({begin_of_period(date.year, 100), 1, 1});
    case TimeUnit::millennium:
      return days_of({begin_of_period(date.year, 1000), 1, 1});
    default:
      return days;
  }
}

/// Length of a unit of the day in microseconds; 0 for longer units.
std::int64_t length_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::microsecond:
      return 1;
    case TimeUnit::millisecond:
      return 1000;
    case TimeUnit::second:
      return kMicrosPerSecond;
    case TimeUnit::minute:
      return kMicrosPerMinute;
    case TimeUnit::hour:
      return kMicrosPerHour;
    default:
      return 0;
  }
}

}  // namespace

Result<std::int64_t> truncate_timestamp(std::string_view name, std::int64_t micros) {
  constexpr std::string_view kType = "timestamp with time zone";
  if (is_infinite_time(micros)) return micros;
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, kType);
  if (*unit > TimeUnit::millennium) return unsupported_unit(name, kType);
  if (const std::int64_t length = length_of(*unit); length != 0) return floor_divide(micros, length) * length;
  return checked_timestamp(truncated_days(*unit, floor_divide(micros, kMicrosPerDay)), 0);
}

Result<Interval> truncate_interval(std::string_view name, const Interval& interval) {
  const auto unit = find_time_unit(name);
  if (!unit) return unknown_unit(name, "interval");
  if (const std::int64_t length = length_of(*unit); length != 0) {
    return Interval{interval.months, interval.days, interval.micros / length * length};
  }
  const auto months = [&interval](std::int32_t length) {
    return Interval{interval.months / length * length, 0, 0};
  };
  switch (*unit) {
    case TimeUnit::day:
      return Interval{interval.months, interval.days, 0};
    case TimeUnit::month:
      return months(1);
    case TimeUnit::quarter:
      return months(3);
    case TimeUnit::year:
      return months(12);
    case TimeUnit::decade:
      return months(120);
    case TimeUnit::century:
      return months(1200);
    case TimeUnit::millennium:
      return months(12000);
    default:
      return unsupported_unit(name, "interval");
  }
}

}  // namespace holdfast::types
