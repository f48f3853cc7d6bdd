#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// PostgreSQL's interval: three parts that do not turn into one another by themselves.
struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t micros = 0;
};

/// `1 year 2 days 03:04:05`, `P1Y2DT3H`, `@ 1 day ago`, `1-2`. 22007 for the form, 22015 for the range.
Result<Interval> parse_interval(std::string_view text, int precision = -1);
/// In style `postgres`: `1 year 2 mons -3 days +04:05:06`.
[[nodiscard]] std::string to_string(const Interval& interval);
/// A month counts 30 days, a day 24 hours.
[[nodiscard]] int compare(const Interval& left, const Interval& right);

// 22008 where a part overflows.
Result<Interval> add(const Interval& a, const Interval& b);
Result<Interval> negate(const Interval& a);
Result<Interval> multiply(const Interval& a, double factor);
Result<Interval> divide(const Interval& a, double divisor);  // 22012

/// 24 hours become a day; both parts get the same sign.
[[nodiscard]] Interval justify_hours(Interval interval);

/// A timestamp moved by an interval: months first (the day is cut to the month's length), days, then time.
Result<std::int64_t> add_to_timestamp(std::int64_t micros, const Interval& interval);
/// left - right as `timestamp - timestamp` gives it: days and time.
Result<Interval> timestamp_difference(std::int64_t left, std::int64_t right);
/// age(): years, months, days and time.
Result<Interval> age(std::int64_t left, std::int64_t right);

}  // namespace holdfast::types
