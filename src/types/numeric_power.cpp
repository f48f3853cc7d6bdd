#include <algorithm>
#include <cmath>

#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/exact.hpp"
#include "types/numeric.hpp"

namespace holdfast::types {
namespace {

constexpr int kSignificantDigits = 16;
constexpr int kMostDisplayScale = 1000;

Error power_overflow() { return failure("22003", "value overflows numeric format"); }

/// log10 of a positive decimal, to double precision.
double log10_of(const Exact& value) {
  long binary_exponent = 0;
  const double mantissa = mpz_get_d_2exp(&binary_exponent, value.unscaled.get_mpz_t());
  return std::log10(std::abs(mantissa)) + static_cast<double>(binary_exponent) * std::log10(2.0) -
         value.scale;
}

int result_scale(double log10_of_result, int at_least) {
  const int scale = std::max({kSignificantDigits - static_cast<int>(log10_of_result), at_least, 0});
  return std::min(scale, kMostDisplayScale);
}

/// Fixed-point arithmetic with `digits` decimals: enough for exp and ln at any scale that a result may have.
class Fixed {
 public:
  explicit Fixed(int digits) : one_(power_of_ten(static_cast<unsigned>(digits))), digits_(digits) {}

  [[nodiscard]] const mpz_class& one() const { return one_; }
  [[nodiscard]] mpz_class of(const Exact& value) const { return at_scale(value, digits_).unscaled; }
  [[nodiscard]] mpz_class multiply(const mpz_class& a, const mpz_class& b) const {
    return divide_rounded(a * b, one_);
  }
  [[nodiscard]] mpz_class divide(const mpz_class& a, const mpz_class& b) const {
    return divide_rounded(a * one_, b);
  }
  [[nodiscard]] mpz_class ln(mpz_class x) const;
  [[nodiscard]] mpz_class exp(mpz_class x) const;

 private:
  mpz_class one_;
  int digits_;
};

/// Square roots until x is near 1, then the series of artanh; ln(x) = 2^k * 2 * artanh((r - 1) / (r + 1)).
mpz_class Fixed::ln(mpz_class x) const {
  unsigned halvings = 0;
  while (abs(x - one_) * 8 > one_) {
    x = sqrt(mpz_class(x * one_));
    ++halvings;
  }
  const mpz_class z = divide(x - one_, x + one_);
  const mpz_class square = multiply(z, z);
  mpz_class term = z;
  mpz_class sum = z;
  for (unsigned k = 3; term != 0; k += 2) {
    term = multiply(term, square);
    sum += term / k;
  }
  return sum << (halvings + 1);
}

/// Halves x until it is small, sums the series, squares back.
mpz_class Fixed::exp(mpz_class x) const {
  unsigned halvings = 0;
  while (abs(x) * 8 > one_) {
    x /= 2;
    ++halvings;
  }
  mpz_class term = one_;
  mpz_class sum = one_;
  for (unsigned k = 1; term != 0; ++k) {
    term = multiply(term, x) / k;
    sum += term;
  }
  for (; halvings > 0; --halvings) sum = multiply(sum, sum);
  return sum;
}

/// Repeated squaring, cut to `digits` significant digits where the exact number would be longer.
Exact power_of_integer(const Exact& base, std::int64_t exponent, int digits) {
  const auto shorten = [digits](Exact& value) {
    const auto size = static_cast<int>(mpz_sizeinbase(value.unscaled.get_mpz_t(), 10));
    if (size > digits && value.scale > 0) value = at_scale(value, std::max(0, value.scale - (size - digits)));
  };
  Exact result{mpz_class(1), 0};
  Exact square = base;
  for (auto rest = static_cast<std::uint64_t>(exponent); rest != 0; rest >>= 1U) {
    if ((rest & 1U) != 0) {
      result = {result.unscaled * square.unscaled, result.scale + square.scale};
      shorten(result);
    }
    if (rest == 1) break;
    square = {square.unscaled * square.unscaled, square.scale * 2};
    shorten(square);
  }
  return result;
}

Result<std::string> integer_power(const Exact& base, std::int64_t exponent, int other_scale) {
  const double log10_of_result = static_cast<double>(exponent) * log10_of(base);
  if (log10_of_result > kMostWholeDigits) return power_overflow();
  // Unlike for other exponents, the digits are counted from the point.
  const int scale = result_scale(0, std::max(base.scale, other_scale));
  if (log10_of_result < -kMostDisplayScale - 1) return Exact{mpz_class(0), scale}.to_string();
  const auto magnitude = exponent < 0 ? -exponent : exponent;
  const int digits = static_cast<int>(std::abs(log10_of_result)) + scale + 40;
  const Exact power = power_of_integer(base, magnitude, digits);
  if (exponent >= 0) return checked(at_scale(power, scale));
  const mpz_class dividend = power_of_ten(static_cast<unsigned>(scale + power.scale));
  return checked({divide_rounded(dividend, power.unscaled), scale});
}

Result<std::string> fractional_power(const Exact& base, const Exact& exponent) {
  const double log10_of_result =
      log10_of(base) * mpf_class(exponent.unscaled).get_d() * std::pow(10.0, -exponent.scale);
  if (std::isnan(log10_of_result) || log10_of_result > kMostWholeDigits) return power_overflow();
  if (log10_of_result < -kMostDisplayScale - 1) return Exact{mpz_class(0), kMostDisplayScale}.to_string();
  const int scale = result_scale(log10_of_result, std::max(base.scale, exponent.scale));
  const Fixed fixed(scale + static_cast<int>(std::max(0.0, log10_of_result)) + 40 + base.scale +
                    exponent.scale);
  const mpz_class power = fixed.exp(fixed.multiply(fixed.ln(fixed.of(base)), fixed.of(exponent)));
  return checked({divide_rounded(power * power_of_ten(static_cast<unsigned>(scale)), fixed.one()), scale});
}

bool is_whole(const Exact& value) {
  return mpz_divisible_p(value.unscaled.get_mpz_t(),
                         power_of_ten(static_cast<unsigned>(value.scale)).get_mpz_t()) != 0;
}

bool is_odd(const Exact& whole) { return mpz_class(abs(at_scale(whole, 0).unscaled)).get_ui() % 2 == 1; }

/// NaN and infinities as C99's pow has them, which PostgreSQL follows.
std::string special_power(std::string_view base, std::string_view exponent) {
  if (compare_numeric(base, "1") == 0 || compare_numeric(exponent, "0") == 0) return "1";
  if (base == kNaN || exponent == kNaN) return std::string(kNaN);
  if (is_special(exponent)) {
    const int size = compare_numeric(numeric_absolute(base), "1");
    if (size == 0) return "1";
    return (size > 0) == (exponent == kInfinity) ? std::string(kInfinity) : "0";
  }
  if (exponent.front() == '-') return "0";
  const Exact power = Exact::of(exponent);
  const bool negative = base == kMinusInfinity && is_whole(power) && is_odd(power);
  return std::string(negative ? kMinusInfinity : kInfinity);
}

}  // namespace

Result<std::string> numeric_power(std::string_view base_text, std::string_view exponent_text) {
  if (is_special(base_text) || is_special(exponent_text)) return special_power(base_text, exponent_text);
  const Exact base = Exact::of(base_text);
  const Exact exponent = Exact::of(exponent_text);
  if (base.is_zero() && exponent.unscaled < 0) {
    return failure("2201F", "zero raised to a negative power is undefined");
  }
  if (base.unscaled < 0 && !is_whole(exponent)) {
    return failure("2201F", "a negative number raised to a non-integer power yields a complex result");
  }
  if (base.is_zero()) {
    const int scale = result_scale(0, std::max(base.scale, exponent.scale));
    return Exact{mpz_class(exponent.is_zero() ? 1 : 0) * power_of_ten(static_cast<unsigned>(scale)), scale}
        .to_string();
  }
  if (is_whole(exponent)) {
    const mpz_class whole = at_scale(exponent, 0).unscaled;
    if (whole.fits_sint_p()) return integer_power(base, whole.get_si(), exponent.scale);
    if (base.unscaled < 0) return power_overflow();
  }
  return fractional_power(base, exponent);
}

Result<std::string> numeric_sqrt(std::string_view a) {
  if (a == kNaN || a == kInfinity) return std::string(a);
  if (a.front() == '-') return failure("2201F", "cannot take square root of a negative number");
  const Exact value = Exact::of(a);
  const int weight = weight_of(value).group;
  const int whole_digits = (weight + 1) * 4 / 2 - 1;
  const int scale =
      std::min(std::max({kSignificantDigits - whole_digits, value.scale, 0}), kMostDisplayScale);
  // One digit more than asked, so that the half is decided by what was found.
  const Exact wide = at_scale(value, 2 * (scale + 1) > value.scale ? 2 * (scale + 1) : value.scale);
  const mpz_class root = sqrt(at_scale(wide, 2 * (scale + 1)).unscaled);
  return checked(at_scale({root, scale + 1}, scale));
}

}  // namespace holdfast::types
