#pragma once

#include <cstdint>
#include <limits>

namespace holdfast::types {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// Stored forms of `infinity` and `-infinity`.
inline constexpr std::int64_t kInfiniteTime = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kMinusInfiniteTime = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kInfiniteDate = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kMinusInfiniteDate = std::numeric_limits<std::int32_t>::min();

/// 4713-11-24 BC, the first day that PostgreSQL knows, and the day after its last date.
inline constexpr std::int64_t kFirstDay = -2440588;
inline constexpr std::int64_t kEndOfDates = 2147483494 - 2440588;
/// PostgreSQL counts from here; roundings are symmetrical about it.
inline constexpr std::int64_t kPostgresEpoch = 946'684'800 * kMicrosPerSecond;

constexpr bool is_infinite_time(std::int64_t t) { return t == kInfiniteTime || t == kMinusInfiniteTime; }
constexpr bool is_infinite_date(std::int64_t d) { return d == kInfiniteDate || d == kMinusInfiniteDate; }

/// A day of the proleptic Gregorian calendar; year 0 is 1 BC.
struct CivilDate {
  std::int64_t year = 0;
  int month = 1;
  int day = 1;
};

constexpr bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(std::int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

// Days since 1970-01-01 and back: http://howardhinnant.github.io/date_algorithms.html
constexpr std::int64_t days_of(CivilDate date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

constexpr CivilDate civil_of(std::int64_t days) {
  days += 719468;
  const std::int64_t era = floor_divide(days, 146097);
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1)};
}

/// 0 is Sunday.
constexpr int weekday_of(std::int64_t days) {
  const std::int64_t shifted = (days + 4) % 7;
  return static_cast<int>(shifted < 0 ? shifted + 7 : shifted);
}

}  // namespace holdfast::types
