#include <charconv>
#include <cmath>

#include "types/calendar.hpp"
#include "types/detail/datetime_fields.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/detail/time_units.hpp"
#include "types/interval.hpp"

namespace holdfast::types {
namespace {

constexpr int kDaysPerMonth = 30;

/// The whole and the fractional part of a number as written, both with its sign.
struct Amount {
  std::int64_t whole = 0;
  double fraction = 0;
};

/// Reads an interval's text from left to right and adds up its parts; any overflow is remembered.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view text) : text_(text), rest_(text) {}
  Result<Interval> read();

 private:
  Result<void> read_verbose();
  Result<void> read_iso();
  Result<void> iso_number(bool& in_time);
  Result<void> iso_alternative(bool in_time, std::int64_t first, bool negative);
  Result<void> signed_token();
  Result<void> time_token(std::string_view token, bool negative);
  Result<void> year_month_token(std::string_view token, bool negative);
  Result<void> number_token(std::string_view token, bool negative);
  Result<Amount> amount(std::string_view digits, bool negative);
  Result<void> apply(Amount value, TimeUnit unit);
  Result<void> once(unsigned bit);

  void add_months(std::int64_t months) { add_to(interval_.months, months); }
  void add_days(std::int64_t days) { add_to(interval_.days, days); }
  void add_to(std::int32_t& part, std::int64_t value);
  void add_micros(std::int64_t whole, double fraction, std::int64_t unit);
  void add_fraction_of_days(double fraction, int scale);
  void add_years(Amount value, std::int64_t scale);
  std::string_view take_word();
  [[nodiscard]] TimeUnit unit_of_bare_number();

  [[nodiscard]] Error bad() const { return bad_datetime("interval", text_); }
  [[nodiscard]] Error overflow() const {
    return failure("22015", "interval field value out of range: \"" + std::string(text_) + '"');
  }

  std::string_view text_;
  std::string_view rest_;
  Interval interval_;
  unsigned seen_ = 0;
  bool overflowed_ = false;
};

void IntervalReader::add_to(std::int32_t& part, std::int64_t value) {
  std::int32_t sum = 0;
  if (__builtin_add_overflow(part, value, &sum)) overflowed_ = true;
  part = sum;
}

void IntervalReader::add_micros(std::int64_t whole, double fraction, std::int64_t unit) {
  std::int64_t micros = 0;
  const auto part = static_cast<std::int64_t>(std::rint(fraction * static_cast<double>(unit)));
  if (__builtin_mul_overflow(whole, unit, &micros) || __builtin_add_overflow(micros, part, &micros) ||
      __builtin_add_overflow(interval_.micros, micros, &interval_.micros)) {
    overflowed_ = true;
  }
}

void IntervalReader::add_fraction_of_days(double fraction, int scale) {
  const double days = fraction * scale;
  const double whole = std::trunc(days);
  add_days(static_cast<std::int64_t>(whole));
  add_micros(0, days - whole, kMicrosPerDay);
}

void IntervalReader::add_years(Amount value, std::int64_t scale) {
  std::int64_t months = 0;
  if (__builtin_mul_overflow(value.whole, scale * 12, &months)) overflowed_ = true;
  add_months(months);
  add_months(static_cast<std::int64_t>(std::rint(value.fraction * static_cast<double>(scale) * 12)));
}

/// A unit may be given once.
Result<void> IntervalReader::once(unsigned bit) {
  if ((seen_ & bit) != 0) return bad();
  seen_ |= bit;
  return {};
}

Result<void> IntervalReader::apply(Amount value, TimeUnit unit) {
  HF_CHECK(once(1U << static_cast<unsigned>(unit)));
  switch (unit) {
    case TimeUnit::microsecond:
      add_micros(value.whole, value.fraction, 1);
      return {};
    case TimeUnit::millisecond:
      add_micros(value.whole, value.fraction, 1000);
      return {};
    case TimeUnit::second:
      add_micros(value.whole, value.fraction, kMicrosPerSecond);
      return {};
    case TimeUnit::minute:
      add_micros(value.whole, value.fraction, kMicrosPerMinute);
      return {};
    case TimeUnit::hour:
      add_micros(value.whole, value.fraction, kMicrosPerHour);
      return {};
    case TimeUnit::day:
      add_days(value.whole);
      add_micros(0, value.fraction, kMicrosPerDay);
      return {};
    case TimeUnit::week:
      if (value.whole > INT32_MAX || value.whole < INT32_MIN) return overflow();
      add_days(value.whole * 7);
      add_fraction_of_days(value.fraction, 7);
      return {};
    case TimeUnit::month:
      add_months(value.whole);
      add_fraction_of_days(value.fraction, kDaysPerMonth);
      return {};
    case TimeUnit::year:
      add_years(value, 1);
      return {};
    case TimeUnit::decade:
      add_years(value, 10);
      return {};
    case TimeUnit::century:
      add_years(value, 100);
      return {};
    case TimeUnit::millennium:
      add_years(value, 1000);
      return {};
    default:
      return bad();
  }
}

Result<Amount> IntervalReader::amount(std::string_view digits, bool negative) {
  Amount out;
  const std::string_view whole = take_digits(digits);
  if (!whole.empty()) {
    const auto [end, fault] = std::from_chars(whole.data(), whole.data() + whole.size(), out.whole);
    if (fault != std::errc{}) return overflow();
  }
  if (take(digits, '.')) {
    const std::string part = "0." + std::string(take_digits(digits)) + '0';
    std::from_chars(part.data(), part.data() + part.size(), out.fraction);
  } else if (whole.empty()) {
    return bad();
  }
  if (!digits.empty()) return bad();
  if (negative) out = {-out.whole, -out.fraction};
  return out;
}

std::string_view IntervalReader::take_word() {
  std::size_t end = 0;
  while (end < rest_.size() && is_alpha(rest_[end])) ++end;
  const auto word = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return word;
}

/// A number without a unit counts days where a time follows, else seconds.
TimeUnit IntervalReader::unit_of_bare_number() {
  return rest_.find(':') != std::string_view::npos ? TimeUnit::day : TimeUnit::second;
}

Result<void> IntervalReader::number_token(std::string_view token, bool negative) {
  HF_TRY(const Amount value, amount(token, negative));
  rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t\n\r\f\v"), rest_.size()));
  if (rest_.empty() || !is_alpha(rest_.front())) return apply(value, unit_of_bare_number());
  const std::string_view before = rest_;
  const std::string_view word = take_word();
  if (equal_ignoring_case(word, "ago")) {
    rest_ = before;
    return apply(value, TimeUnit::second);
  }
  const auto unit = find_time_unit(word);
  if (!unit) return bad();
  return apply(value, *unit);
}

Result<void> IntervalReader::time_token(std::string_view token, bool negative) {
  constexpr unsigned kTimeBits = (1U << static_cast<unsigned>(TimeUnit::second)) |
                                 (1U << static_cast<unsigned>(TimeUnit::minute)) |
                                 (1U << static_cast<unsigned>(TimeUnit::hour));
  HF_CHECK(once(kTimeBits));
  std::int64_t parts[3] = {0, 0, 0};
  int count = 0;
  std::string_view rest = token;
  do {
    const auto digits = take_digits(rest);
    if (count == 3 || digits.empty()) return bad();
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), parts[count++]);
    if (fault != std::errc{}) return overflow();
  } while (take(rest, ':'));
  // MM:SS.fraction, else HH:MM[:SS[.fraction]]
  if (count == 2 && rest.starts_with('.')) {
    parts[2] = parts[1];
    parts[1] = parts[0];
    parts[0] = 0;
  }
  HF_TRY(const Amount fraction, amount(rest.empty() ? std::string_view("0") : rest, negative));
  if (parts[1] > 59 || parts[2] > 60) return overflow();
  const std::int64_t sign = negative ? -1 : 1;
  add_micros(sign * parts[0], 0, kMicrosPerHour);
  add_micros(sign * parts[1], 0, kMicrosPerMinute);
  add_micros(sign * parts[2], fraction.fraction, kMicrosPerSecond);
  return {};
}

Result<void> IntervalReader::year_month_token(std::string_view token, bool negative) {
  const std::size_t dash = token.find('-');
  HF_TRY(const Amount years, amount(token.substr(0, dash), negative));
  HF_TRY(const Amount months, amount(token.substr(dash + 1), negative));
  if (months.whole > 11 || months.whole < -11 || years.fraction != 0 || months.fraction != 0)
    return overflow();
  HF_CHECK(apply(years, TimeUnit::year));
  return apply(months, TimeUnit::month);
}

Result<void> IntervalReader::signed_token() {
  const bool negative = take(rest_, '-');
  if (!negative) take(rest_, '+');
  rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t\n\r\f\v"), rest_.size()));
  std::size_t end = 0;
  while (end < rest_.size() &&
         (is_digit(rest_[end]) || rest_[end] == ':' || rest_[end] == '.' ||
          (rest_[end] == '-' && end > 0 && end + 1 < rest_.size() && is_digit(rest_[end + 1])))) {
    ++end;
  }
  const std::string_view token = rest_.substr(0, end);
  rest_.remove_prefix(end);
  if (token.empty()) return bad();
  if (token.find(':') != std::string_view::npos) return time_token(token, negative);
  if (token.find('-') != std::string_view::npos) return year_month_token(token, negative);
  return number_token(token, negative);
}

Result<void> IntervalReader::read_verbose() {
  bool any = false;
  bool ago = false;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (is_digit(c) || c == '+' || c == '-' || c == '.') {
      if (ago) return bad();
      HF_CHECK(signed_token());
      any = true;
    } else if (is_alpha(c)) {
      if (ago || !any || !equal_ignoring_case(take_word(), "ago")) return bad();
      ago = true;
    } else if (is_space(c) || (c > ' ' && c < 127)) {
      rest_.remove_prefix(1);
    } else {
      return bad();
    }
  }
  if (!any) return bad();
  if (ago && !overflowed_) {
    HF_TRY(interval_, negate(interval_));
  }
  return {};
}

/// P0001-02-03T04:05:06: after the first number of the date or time.
Result<void> IntervalReader::iso_alternative(bool in_time, std::int64_t first, bool negative) {
  const char separator = in_time ? ':' : '-';
  Amount values[3] = {{negative ? -first : first, 0}, {}, {}};
  for (int i = 1; i < 3 && take(rest_, separator); ++i) {
    const bool minus = take(rest_, '-');
    std::size_t end = 0;
    while (end < rest_.size() && (is_digit(rest_[end]) || rest_[end] == '.')) ++end;
    HF_TRY(values[i], amount(rest_.substr(0, end), minus));
    rest_.remove_prefix(end);
  }
  constexpr TimeUnit kDateUnits[] = {TimeUnit::year, TimeUnit::month, TimeUnit::day};
  constexpr TimeUnit kTimeUnits[] = {TimeUnit::hour, TimeUnit::minute, TimeUnit::second};
  for (int i = 0; i < 3; ++i) HF_CHECK(apply(values[i], in_time ? kTimeUnits[i] : kDateUnits[i]));
  return {};
}

Result<void> IntervalReader::iso_number(bool& in_time) {
  const bool negative = take(rest_, '-');
  if (!negative) take(rest_, '+');
  std::size_t end = 0;
  while (end < rest_.size() && (is_digit(rest_[end]) || rest_[end] == '.')) ++end;
  HF_TRY(const Amount value, amount(rest_.substr(0, end), negative));
  rest_.remove_prefix(end);
  const char unit = rest_.empty() ? '\0' : rest_.front();
  if (unit == (in_time ? ':' : '-'))
    return iso_alternative(in_time, negative ? -value.whole : value.whole, negative);
  if (unit == '\0') return bad();
  rest_.remove_prefix(1);
  switch (unit) {
    case 'Y':
      return in_time ? Result<void>(bad()) : apply(value, TimeUnit::year);
    case 'M':
      return apply(value, in_time ? TimeUnit::minute : TimeUnit::month);
    case 'W':
      return in_time ? Result<void>(bad()) : apply(value, TimeUnit::week);
    case 'D':
      return in_time ? Result<void>(bad()) : apply(value, TimeUnit::day);
    case 'H':
      return in_time ? apply(value, TimeUnit::hour) : Result<void>(bad());
    case 'S':
      return in_time ? apply(value, TimeUnit::second) : Result<void>(bad());
    default:
      return bad();
  }
}

Result<void> IntervalReader::read_iso() {
  take(rest_, 'P');
  if (rest_.empty()) return bad();
  bool in_time = false;
  while (!rest_.empty()) {
    if (!in_time && take(rest_, 'T')) {
      in_time = true;
    } else {
      HF_CHECK(iso_number(in_time));
    }
  }
  return {};
}

Result<Interval> IntervalReader::read() {
  rest_ = trim(rest_);
  if (rest_.starts_with('P')) {
    HF_CHECK(read_iso());
  } else {
    HF_CHECK(read_verbose());
  }
  if (overflowed_) return overflow();
  return interval_;
}

}  // namespace

Result<Interval> parse_interval(std::string_view text, int precision) {
  HF_TRY(Interval interval, IntervalReader(text).read());
  if (precision >= 0 && precision < 6) {
    std::int64_t unit = 1;
    for (int i = precision; i < 6; ++i) unit *= 10;
    const std::int64_t half = interval.micros < 0 ? -unit / 2 : unit / 2;
    interval.micros = (interval.micros + half) / unit * unit;
  }
  return interval;
}

}  // namespace holdfast::types
