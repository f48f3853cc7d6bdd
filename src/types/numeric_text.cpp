#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/numeric.hpp"

namespace holdfast::types {
namespace {

Error overflow() { return failure("22003", "value overflows numeric format"); }

struct Scanned {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

/// `e-12` at the front of `rest`, which ends there. False: not an exponent.
bool scan_exponent(std::string_view rest, std::int64_t& exponent) {
  if (rest.empty()) return true;
  if (lower_ascii(rest.front()) != 'e') return false;
  rest.remove_prefix(1);
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  const auto digits = take_digits(rest);
  if (digits.empty() || !rest.empty()) return false;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (fault != std::errc{} || exponent > INT32_MAX) exponent = INT32_MAX;
  if (negative) exponent = -exponent;
  return true;
}

bool scan_number(std::string_view text, Scanned& out) {
  out.negative = take(text, '-');
  if (!out.negative) take(text, '+');
  out.whole = take_digits(text);
  if (take(text, '.')) out.fraction = take_digits(text);
  if (out.whole.empty() && out.fraction.empty()) return false;
  return scan_exponent(text, out.exponent);
}

/// NaN and the infinities, or empty.
std::string_view scan_special(std::string_view text) {
  if (equal_ignoring_case(text, "nan")) return kNaN;
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  if (!equal_ignoring_case(text, "infinity") && !equal_ignoring_case(text, "inf")) return {};
  return negative ? kMinusInfinity : kInfinity;
}

Result<std::string> assemble(const Scanned& scanned) {
  std::string digits(scanned.whole);
  digits += scanned.fraction;
  const auto first = digits.find_first_not_of('0');
  const std::int64_t scale = static_cast<std::int64_t>(scanned.fraction.size()) - scanned.exponent;
  const std::int64_t whole_digits =
      first == std::string::npos ? 0 : static_cast<std::int64_t>(digits.size() - first) - scale;
  if (scanned.exponent >= INT32_MAX / 2 || scanned.exponent <= -(INT32_MAX / 2) || scale > kMostScale ||
      whole_digits > kMostWholeDigits) {
    return overflow();
  }
  if (first == std::string::npos) digits = "0";
  if (scale < 0 && first != std::string::npos) digits.append(static_cast<std::size_t>(-scale), '0');
  return canonical_decimal(scanned.negative, std::move(digits),
                           static_cast<int>(std::max<std::int64_t>(scale, 0)));
}

int sign_of(std::string_view numeric) {
  const auto parts = DecimalParts::of(numeric);
  if (parts.is_zero()) return 0;
  return parts.negative ? -1 : 1;
}

/// Of two canonical numerics without their signs.
int compare_magnitude(const DecimalParts& a, const DecimalParts& b) {
  if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
  if (const int order = a.whole.compare(b.whole); order != 0) return order < 0 ? -1 : 1;
  const std::size_t shared = std::min(a.fraction.size(), b.fraction.size());
  if (const int order = a.fraction.substr(0, shared).compare(b.fraction.substr(0, shared)); order != 0) {
    return order < 0 ? -1 : 1;
  }
  if (a.fraction.find_first_not_of('0', shared) != std::string_view::npos) return 1;
  if (b.fraction.find_first_not_of('0', shared) != std::string_view::npos) return -1;
  return 0;
}

/// Where a special value stands among all: finite ones are 0.
int special_rank(std::string_view numeric) {
  if (numeric == kNaN) return 2;
  if (numeric == kInfinity) return 1;
  return numeric == kMinusInfinity ? -1 : 0;
}

}  // namespace

Result<std::string> parse_numeric(std::string_view text) {
  const std::string_view trimmed = trim(text);
  Scanned scanned;
  if (scan_number(trimmed, scanned)) return assemble(scanned);
  const auto special = scan_special(trimmed);
  if (special.empty()) return invalid_syntax("numeric", text);
  return std::string(special);
}

Result<std::string> fit_numeric(std::string_view value, int precision, int scale) {
  if (value == kNaN) return std::string(value);
  if (is_special(value)) {
    return failure("22003", "numeric field overflow",
                   "A field with precision " + std::to_string(precision) + ", scale " +
                       std::to_string(scale) + " cannot hold an infinite value.");
  }
  std::string fitted = rescale_decimal(value, scale, true);
  const auto parts = DecimalParts::of(fitted);
  const auto leading_zeros = std::min(parts.fraction.find_first_not_of('0'), parts.fraction.size());
  const int whole_digits =
      parts.whole == "0" ? -static_cast<int>(leading_zeros) : static_cast<int>(parts.whole.size());
  if (!parts.is_zero() && whole_digits > precision - scale) {
    return failure("22003", "numeric field overflow",
                   "A field with precision " + std::to_string(precision) + ", scale " +
                       std::to_string(scale) + " must round to an absolute value less than 10^" +
                       std::to_string(precision - scale) + ".");
  }
  return fitted;
}

int compare_numeric(std::string_view left, std::string_view right) {
  if (is_special(left) || is_special(right)) {
    const int a = special_rank(left);
    const int b = special_rank(right);
    return a < b ? -1 : static_cast<int>(a > b);
  }
  const int left_sign = sign_of(left);
  const int right_sign = sign_of(right);
  if (left_sign != right_sign) return left_sign < right_sign ? -1 : 1;
  if (left_sign == 0) return 0;
  return left_sign * compare_magnitude(DecimalParts::of(left), DecimalParts::of(right));
}

std::string numeric_from_integer(std::int64_t value) { return std::to_string(value); }

std::string numeric_from_double(double value, int digits) {
  if (std::isnan(value)) return std::string(kNaN);
  if (std::isinf(value)) return std::string(value < 0 ? kMinusInfinity : kInfinity);
  std::array<char, 64> printed{};
  const auto end = std::to_chars(printed.data(), printed.data() + printed.size(), value,
                                 std::chars_format::general, digits);
  return *parse_numeric({printed.data(), static_cast<std::size_t>(end.ptr - printed.data())});
}

Result<std::int64_t> numeric_to_integer(std::string_view value) {
  if (is_special(value)) {
    return failure("0A000",
                   "cannot convert " + std::string(value == kNaN ? "NaN" : "infinity") + " to bigint");
  }
  const std::string whole = rescale_decimal(value, 0, true);
  std::int64_t integer = 0;
  const auto [end, fault] = std::from_chars(whole.data(), whole.data() + whole.size(), integer);
  if (fault != std::errc{}) return failure("22003", "bigint out of range");
  return integer;
}

Result<double> numeric_to_double(std::string_view value) {
  if (value == kNaN) return std::nan("");
  if (is_special(value)) return value == kInfinity ? HUGE_VAL : -HUGE_VAL;
  double number = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (fault != std::errc{}) return out_of_range("double precision", value);
  return number;
}

std::string numeric_negate(std::string_view a) {
  if (a == kNaN || (!is_special(a) && DecimalParts::of(a).is_zero())) return std::string(a);
  if (a.front() == '-') return std::string(a.substr(1));
  return '-' + std::string(a);
}

std::string numeric_absolute(std::string_view a) {
  return std::string(!a.empty() && a.front() == '-' ? a.substr(1) : a);
}

std::string numeric_sign(std::string_view a) {
  if (a == kNaN) return std::string(a);
  if (is_special(a)) return a == kInfinity ? "1" : "-1";
  return std::to_string(sign_of(a));
}

std::string numeric_round(std::string_view a, int digits) {
  if (is_special(a)) return std::string(a);
  return rescale_decimal(a, std::clamp(digits, -2000, 2000), true);
}

std::string numeric_trunc(std::string_view a, int digits) {
  if (is_special(a)) return std::string(a);
  return rescale_decimal(a, std::clamp(digits, -2000, 2000), false);
}

namespace {

/// Cut, and one further from zero where digits were lost on the side of `negative`.
std::string towards(std::string_view a, bool negative) {
  if (is_special(a)) return std::string(a);
  std::string cut = rescale_decimal(a, 0, false);
  if (DecimalParts::of(a).negative != negative || compare_numeric(a, cut) == 0) return cut;
  return *numeric_add(cut, negative ? "-1" : "1");
}

}  // namespace

std::string numeric_ceil(std::string_view a) { return towards(a, false); }
std::string numeric_floor(std::string_view a) { return towards(a, true); }

}  // namespace holdfast::types
