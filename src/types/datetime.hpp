#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/time_zone.hpp"

namespace holdfast::types {

// PostgreSQL's dates and times with TimeZone UTC and DateStyle ISO, MDY. Stored forms: types/type.hpp.
// Source: https://www.postgresql.org/docs/15/datetime-input-rules.html Errors: 22007 for the form, 22008 for
// the range, 22009 for an offset beyond 15:59, 22023 for an unknown zone. Timestamps are kept from 1970 in 64
// bits, so years after 294246 are out of range.

Result<std::int64_t> parse_date(std::string_view text);
/// `precision` -1: microseconds.
Result<std::int64_t> parse_time(std::string_view text, int precision = -1);
Result<std::string> parse_timetz(std::string_view text, int precision = -1);
/// `zoned`: timestamptz, whose text may carry an offset or a zone; timestamp ignores them.
Result<std::int64_t> parse_timestamp(std::string_view text, bool zoned, int precision = -1);

/// `now` in inputs means this moment until the guard ends: a transaction sets it to its own.
class NowGuard {
 public:
  explicit NowGuard(std::int64_t micros);
  ~NowGuard();
  NowGuard(const NowGuard&) = delete;
  NowGuard& operator=(const NowGuard&) = delete;

 private:
  std::int64_t before_;
};

enum class TimeStyle : std::uint8_t {
  text,  ///< `2026-01-31 12:00:00+00`
  json,  ///< `2026-01-31T12:00:00+00:00`
};

void append_date(std::string& out, std::int64_t days);
void append_time(std::string& out, std::int64_t micros);
void append_timestamp(std::string& out, std::int64_t micros, bool zoned, TimeStyle style);

/// timestamp(p), time(p): rounded to p digits of a second.
[[nodiscard]] std::int64_t round_timestamp(std::int64_t micros, int precision);
[[nodiscard]] std::int64_t round_time(std::int64_t micros, int precision);

/// Local time (micros since midnight) and seconds east of a stored timetz.
struct ZonedTime {
  std::int64_t micros = 0;
  int seconds_east = 0;
};
[[nodiscard]] ZonedTime split_timetz(std::string_view stored);
[[nodiscard]] std::string join_timetz(ZonedTime time);
[[nodiscard]] int compare_timetz(std::string_view left, std::string_view right);

/// 22008 unless PostgreSQL has such a timestamp, and 64 bits from 1970 do.
Result<std::int64_t> checked_timestamp(std::int64_t days, std::int64_t micros_of_day);

}  // namespace holdfast::types
