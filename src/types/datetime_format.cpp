#include "types/calendar.hpp"
#include "types/datetime.hpp"
#include "types/detail/scan.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

void append_two(std::string& out, std::int64_t value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

/// `2026-01-31`, without the era.
void append_civil(std::string& out, const CivilDate& date) {
  const std::int64_t year = date.year > 0 ? date.year : 1 - date.year;
  if (year > 9999) {
    append_integer(out, year);
  } else {
    append_two(out, year / 100);
    append_two(out, year);
  }
  out += '-';
  append_two(out, date.month);
  out += '-';
  append_two(out, date.day);
}

void append_era(std::string& out, const CivilDate& date) {
  if (date.year <= 0) out += " BC";
}

void append_offset(std::string& out, int seconds_east) {
  out += seconds_east < 0 ? '-' : '+';
  const int size = seconds_east < 0 ? -seconds_east : seconds_east;
  append_two(out, size / 3600);
  if (size % 3600 == 0) return;
  out += ':';
  append_two(out, size / 60 % 60);
  if (size % 60 == 0) return;
  out += ':';
  append_two(out, size % 60);
}

bool append_infinite(std::string& out, bool positive, bool negative) {
  if (!positive && !negative) return false;
  out += positive ? "infinity" : "-infinity";
  return true;
}

}  // namespace

void append_date(std::string& out, std::int64_t days) {
  if (append_infinite(out, days == kInfiniteDate, days == kMinusInfiniteDate)) return;
  const CivilDate date = civil_of(days);
  append_civil(out, date);
  append_era(out, date);
}

void append_time(std::string& out, std::int64_t micros) {
  append_two(out, micros / kMicrosPerHour);
  out += ':';
  append_two(out, micros / kMicrosPerMinute % 60);
  out += ':';
  append_two(out, micros / kMicrosPerSecond % 60);
  std::int64_t fraction = micros % kMicrosPerSecond;
  if (fraction == 0) return;
  out += '.';
  for (std::int64_t unit = kMicrosPerSecond / 10; fraction != 0; unit /= 10) {
    out += static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
}

void append_timestamp(std::string& out, std::int64_t micros, bool zoned, TimeStyle style) {
  if (append_infinite(out, micros == kInfiniteTime, micros == kMinusInfiniteTime)) return;
  const std::int64_t days = floor_divide(micros, kMicrosPerDay);
  const CivilDate date = civil_of(days);
  append_civil(out, date);
  out += style == TimeStyle::json ? 'T' : ' ';
  append_time(out, micros - days * kMicrosPerDay);
  if (zoned) out += style == TimeStyle::json ? "+00:00" : "+00";
  append_era(out, date);
}

std::string join_timetz(ZonedTime time) {
  std::string out;
  append_time(out, time.micros);
  append_offset(out, time.seconds_east);
  return out;
}

ZonedTime split_timetz(std::string_view stored) {
  const auto number = [](std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
  };
  ZonedTime time;
  const std::size_t sign = stored.find_first_of("+-");
  if (sign == std::string_view::npos || sign < 8) return time;
  time.micros = number(stored.substr(0, 2)) * kMicrosPerHour +
                number(stored.substr(3, 2)) * kMicrosPerMinute +
                number(stored.substr(6, 2)) * kMicrosPerSecond;
  std::int64_t unit = kMicrosPerSecond / 10;
  for (std::size_t i = 9; i < sign; ++i, unit /= 10) time.micros += (stored[i] - '0') * unit;
  std::string_view offset = stored.substr(sign + 1);
  int unit_seconds = 3600;
  for (; offset.size() >= 2; unit_seconds /= 60) {
    time.seconds_east += number(offset.substr(0, 2)) * unit_seconds;
    offset.remove_prefix(offset.size() > 2 ? 3 : 2);
  }
  if (stored[sign] == '-') time.seconds_east = -time.seconds_east;
  return time;
}

int compare_timetz(std::string_view left, std::string_view right) {
  const ZonedTime a = split_timetz(left);
  const ZonedTime b = split_timetz(right);
  const std::int64_t a_utc = a.micros - a.seconds_east * kMicrosPerSecond;
  const std::int64_t b_utc = b.micros - b.seconds_east * kMicrosPerSecond;
  if (a_utc != b_utc) return a_utc < b_utc ? -1 : 1;
  // The same moment: PostgreSQL orders by the zone's displacement to the west.
  return b.seconds_east < a.seconds_east ? -1 : static_cast<int>(b.seconds_east > a.seconds_east);
}

}  // namespace holdfast::types
