#include "types/interval.hpp"

#include <cmath>
#include <cstdlib>

#include "types/calendar.hpp"
#include "types/datetime.hpp"
#include "types/detail/errors.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

constexpr int kDaysPerMonth = 30;

Error out_of_interval_range() { return failure("22008", "interval out of range"); }

/// Prints the parts one after the other; a positive one after a negative gets its plus.
class Printer {
 public:
  void part(std::int64_t value, std::string_view unit) {
    if (value == 0) return;
    if (!out_.empty()) out_ += ' ';
    if (after_negative_ && value > 0) out_ += '+';
    append_integer(out_, value);
    out_ += ' ';
    out_ += unit;
    if (value != 1) out_ += 's';
    after_negative_ = value < 0;
  }
  std::string finish(std::int64_t micros) && {
    if (micros == 0 && !out_.empty()) return std::move(out_);
    if (!out_.empty()) out_ += ' ';
    if (micros < 0) {
      out_ += '-';
    } else if (after_negative_) {
      out_ += '+';
    }
    const auto magnitude =
        micros < 0 ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
    const auto hours = magnitude / static_cast<std::uint64_t>(kMicrosPerHour);
    if (hours < 10) out_ += '0';
    out_ += std::to_string(hours);
    std::string minutes;
    append_time(minutes, static_cast<std::int64_t>(magnitude % static_cast<std::uint64_t>(kMicrosPerHour)));
    return std::move(out_) + minutes.substr(2);
  }

 private:
  std::string out_;
  bool after_negative_ = false;
};

__extension__ using Wide = __int128;

Wide span_of(const Interval& i) {
  return (static_cast<Wide>(i.months) * kDaysPerMonth + i.days) * kMicrosPerDay + i.micros;
}

double rounded_to_micros(double value) { return std::rint(value * 1e6) / 1e6; }

bool fits_int32(double value) { return value >= INT32_MIN && value <= INT32_MAX; }

}  // namespace

std::string to_string(const Interval& interval) {
  Printer printer;
  printer.part(interval.months / 12, "year");
  printer.part(interval.months % 12, "mon");
  printer.part(interval.days, "day");
  return std::move(printer).finish(interval.micros);
}

int compare(const Interval& left, const Interval& right) {
  const Wide a = span_of(left);
  const Wide b = span_of(right);
  return a < b ? -1 : static_cast<int>(a > b);
}

Result<Interval> add(const Interval& a, const Interval& b) {
  Interval sum;
  if (__builtin_add_overflow(a.months, b.months, &sum.months) ||
      __builtin_add_overflow(a.days, b.days, &sum.days) ||
      __builtin_add_overflow(a.micros, b.micros, &sum.micros)) {
    return out_of_interval_range();
  }
  return sum;
}

Result<Interval> negate(const Interval& a) {
  if (a.months == INT32_MIN || a.days == INT32_MIN || a.micros == INT64_MIN) return out_of_interval_range();
  return Interval{-a.months, -a.days, -a.micros};
}

Result<Interval> multiply(const Interval& a, double factor) {
  const double months = a.months * factor;
  const double days = a.days * factor;
  if (!fits_int32(months) || !fits_int32(days)) return out_of_interval_range();
  Interval product{static_cast<std::int32_t>(months), static_cast<std::int32_t>(days), 0};
  // What is lost of a month goes to days, what is lost of a day to the time: never upwards.
  const double month_rest = rounded_to_micros((months - product.months) * kDaysPerMonth);
  double seconds_rest =
      rounded_to_micros((days - product.days + month_rest - std::trunc(month_rest)) * 86400.0);
  if (std::abs(seconds_rest) >= 86400.0) {
    product.days += static_cast<std::int32_t>(seconds_rest / 86400.0);
    seconds_rest -= std::trunc(seconds_rest / 86400.0) * 86400.0;
  }
  product.days += static_cast<std::int32_t>(month_rest);
  const double micros = std::rint(static_cast<double>(a.micros) * factor + seconds_rest * 1e6);
  if (std::isnan(micros) || std::abs(micros) >= 9.2233720368547758e18) return out_of_interval_range();
  product.micros = static_cast<std::int64_t>(micros);
  return product;
}

Result<Interval> divide(const Interval& a, double divisor) {
  if (divisor == 0) return failure("22012", "division by zero");
  return multiply(a, 1.0 / divisor);
}

Interval justify_hours(Interval interval) {
  const std::int64_t days = interval.micros / kMicrosPerDay;
  interval.days += static_cast<std::int32_t>(days);
  interval.micros -= days * kMicrosPerDay;
  if (interval.days > 0 && interval.micros < 0) {
    interval.micros += kMicrosPerDay;
    --interval.days;
  } else if (interval.days < 0 && interval.micros > 0) {
    interval.micros -= kMicrosPerDay;
    ++interval.days;
  }
  return interval;
}

Result<std::int64_t> add_to_timestamp(std::int64_t micros, const Interval& interval) {
  if (is_infinite_time(micros)) return micros;
  std::int64_t days = floor_divide(micros, kMicrosPerDay);
  const std::int64_t time = micros - days * kMicrosPerDay;
  if (interval.months != 0) {
    CivilDate date = civil_of(days);
    const std::int64_t months = date.year * 12 + date.month - 1 + interval.months;
    date.year = floor_divide(months, 12);
    date.month = static_cast<int>(months - date.year * 12) + 1;
    date.day = std::min(date.day, days_in_month(date.year, date.month));
    days = days_of(date);
  }
  days += interval.days + interval.micros / kMicrosPerDay;
  return checked_timestamp(days, time + interval.micros % kMicrosPerDay);
}

Result<Interval> timestamp_difference(std::int64_t left, std::int64_t right) {
  if (is_infinite_time(left) || is_infinite_time(right)) {
    return failure("22008", "cannot subtract infinite timestamps");
  }
  Interval difference;
  if (__builtin_sub_overflow(left, right, &difference.micros)) return out_of_interval_range();
  return justify_hours(difference);
}

Result<Interval> age(std::int64_t left, std::int64_t right) {
  if (is_infinite_time(left) || is_infinite_time(right)) {
    return failure("22008", "timestamp out of range");
  }
  if (left < right) {
    HF_TRY(const Interval mirrored, age(right, left));
    return negate(mirrored);
  }
  const std::int64_t left_days = floor_divide(left, kMicrosPerDay);
  const std::int64_t right_days = floor_divide(right, kMicrosPerDay);
  const CivilDate a = civil_of(left_days);
  const CivilDate b = civil_of(right_days);
  std::int64_t micros = (left - left_days * kMicrosPerDay) - (right - right_days * kMicrosPerDay);
  int days = a.day - b.day;
  std::int64_t months = (a.year - b.year) * 12 + a.month - b.month;
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  if (days < 0) {
    // The days of the month in which the earlier moment lies.
    days += days_in_month(b.year, b.month);
    --months;
  }
  return Interval{static_cast<std::int32_t>(months), days, micros};
}

}  // namespace holdfast::types
