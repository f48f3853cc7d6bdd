#include "types/datetime.hpp"

#include <chrono>
#include <cmath>

#include "types/calendar.hpp"
#include "types/detail/datetime_decoder.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

using Special = DecodedDateTime::Special;

/// 0: the system's clock.
thread_local std::int64_t current_now = 0;

std::int64_t now_micros() {
  if (current_now != 0) return current_now;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

/// Two digits at `i`, or -1.
int two_digits(std::string_view text, std::size_t i) {
  if (!is_digit(text[i]) || !is_digit(text[i + 1])) return -1;
  return (text[i] - '0') * 10 + (text[i + 1] - '0');
}

/// `2026-01-31` at the front, or false. Only what is plainly in range.
bool plain_date(std::string_view text, std::int64_t& days) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const int high = two_digits(text, 0);
  const int low = two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  if (high < 0 || low < 0 || month < 1 || month > 12 || day < 1) return false;
  const int year = high * 100 + low;
  if (year == 0 || day > days_in_month(year, month)) return false;
  days = days_of({year, month, day});
  return true;
}

/// The form that programs write, `2026-01-31T12:00:00.123456Z`, without the general decoder.
bool plain_timestamp(std::string_view text, std::int64_t& micros) {
  std::int64_t days = 0;
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ') || !plain_date(text, days)) return false;
  if (text[13] != ':' || text[16] != ':') return false;
  const int hour = two_digits(text, 11);
  const int minute = two_digits(text, 14);
  const int second = two_digits(text, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  std::int64_t fraction = 0;
  text.remove_prefix(19);
  if (take(text, '.')) {
    const auto digits = take_digits(text);
    if (digits.empty() || digits.size() > 6) return false;
    for (std::size_t i = 0; i < 6; ++i) fraction = fraction * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  if (!text.empty() && text != "Z" && text != "+00" && text != "+00:00") return false;
  micros = ((days * 24 + hour) * 60 + minute) * kMicrosPerMinute + second * kMicrosPerSecond + fraction;
  return true;
}

Error timestamp_range() { return failure("22008", "timestamp out of range"); }

Result<std::int64_t> resolve(const DecodedDateTime& decoded, bool zoned) {
  switch (decoded.special) {
    case Special::epoch:
      return std::int64_t{0};
    case Special::infinity:
      return kInfiniteTime;
    case Special::minus_infinity:
      return kMinusInfiniteTime;
    case Special::now:
      return now_micros();
    case Special::none:
      break;
  }
  HF_TRY(std::int64_t micros, checked_timestamp(decoded.days, decoded.micros));
  if (zoned && decoded.zone) {
    const std::int64_t shift = decoded.zone->offset_at_local(micros) * kMicrosPerSecond;
    return checked_timestamp(decoded.days, decoded.micros - shift);
  }
  return micros;
}

std::int64_t power_of_ten_micros(int precision) {
  std::int64_t unit = 1;
  for (int i = precision; i < 6; ++i) unit *= 10;
  return unit;
}

}  // namespace

NowGuard::NowGuard(std::int64_t micros) : before_(current_now) { current_now = micros; }
NowGuard::~NowGuard() { current_now = before_; }

Result<std::int64_t> checked_timestamp(std::int64_t days, std::int64_t micros_of_day) {
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &micros) ||
      __builtin_add_overflow(micros, micros_of_day, &micros) || is_infinite_time(micros) ||
      micros < kFirstDay * kMicrosPerDay) {
    return timestamp_range();
  }
  return micros;
}

std::int64_t round_timestamp(std::int64_t micros, int precision) {
  if (precision < 0 || precision >= 6 || is_infinite_time(micros)) return micros;
  const std::int64_t unit = power_of_ten_micros(precision);
  const std::int64_t since = micros - kPostgresEpoch;
  const std::int64_t rounded =
      since >= 0 ? (since + unit / 2) / unit * unit : -((-since + unit / 2) / unit * unit);
  return rounded + kPostgresEpoch;
}

std::int64_t round_time(std::int64_t micros, int precision) {
  if (precision < 0 || precision >= 6) return micros;
  const std::int64_t unit = power_of_ten_micros(precision);
  return (micros + unit / 2) / unit * unit;
}

Result<std::int64_t> parse_timestamp(std::string_view text, bool zoned, int precision) {
  std::int64_t micros = 0;
  if (plain_timestamp(text, micros)) return round_timestamp(micros, precision);
  const std::string_view type = zoned ? "timestamp with time zone" : "timestamp";
  HF_TRY(const DecodedDateTime decoded, DateTimeDecoder(type, text, now_micros(), false).decode());
  HF_TRY(micros, resolve(decoded, zoned));
  return round_timestamp(micros, precision);
}

Result<std::int64_t> parse_date(std::string_view text) {
  std::int64_t days = 0;
  if (text.size() == 10 && plain_date(text, days)) return days;
  HF_TRY(const DecodedDateTime decoded, DateTimeDecoder("date", text, now_micros(), false).decode());
  switch (decoded.special) {
    case Special::epoch:
      return std::int64_t{0};
    case Special::infinity:
      return kInfiniteDate;
    case Special::minus_infinity:
      return kMinusInfiniteDate;
    case Special::now:
      return floor_divide(now_micros(), kMicrosPerDay);
    case Special::none:
      break;
  }
  if (decoded.days < kFirstDay || decoded.days >= kEndOfDates) {
    return failure("22008", "date out of range: \"" + std::string(text) + '"');
  }
  return decoded.days;
}

namespace {

Result<DecodedDateTime> decode_time(std::string_view type, std::string_view text) {
  HF_TRY(DecodedDateTime decoded, DateTimeDecoder(type, text, now_micros(), true).decode());
  if (decoded.special == Special::now) {
    decoded.micros = now_micros() - floor_divide(now_micros(), kMicrosPerDay) * kMicrosPerDay;
  } else if (decoded.special != Special::none) {
    return bad_datetime(type, text);
  }
  return decoded;
}

}  // namespace

Result<std::int64_t> parse_time(std::string_view text, int precision) {
  HF_TRY(const DecodedDateTime decoded, decode_time("time", text));
  return round_time(decoded.micros, precision);
}

Result<std::string> parse_timetz(std::string_view text, int precision) {
  HF_TRY(const DecodedDateTime decoded, decode_time("time with time zone", text));
  ZonedTime time{.micros = round_time(decoded.micros, precision)};
  if (decoded.zone) {
    const std::int64_t local = decoded.days * kMicrosPerDay + decoded.micros;
    time.seconds_east = decoded.zone->offset_at_local(local);
  }
  return join_timetz(time);
}

}  // namespace holdfast::types
