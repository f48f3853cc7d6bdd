#include "types/detail/exact.hpp"

#include <algorithm>
#include <charconv>

#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"

namespace holdfast::types {

Exact Exact::of(std::string_view canonical) {
  const auto parts = DecimalParts::of(canonical);
  std::string digits(parts.negative ? "-" : "");
  digits += parts.whole;
  digits += parts.fraction;
  return {mpz_class(digits, 10), static_cast<int>(parts.fraction.size())};
}

std::string Exact::to_string() const {
  return canonical_decimal(unscaled < 0, mpz_class(abs(unscaled)).get_str(10), scale);
}

mpz_class power_of_ten(unsigned exponent) {
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, exponent);
  return power;
}

mpz_class divide_rounded(const mpz_class& a, const mpz_class& b) {
  mpz_class quotient;
  mpz_class rest;
  mpz_tdiv_qr(quotient.get_mpz_t(), rest.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  if (abs(rest) * 2 >= abs(b)) quotient += sgn(a) * sgn(b);
  return quotient;
}

Exact at_scale(const Exact& value, int scale) {
  const int shift = scale - value.scale;
  if (shift >= 0) return {value.unscaled * power_of_ten(static_cast<unsigned>(shift)), scale};
  return {divide_rounded(value.unscaled, power_of_ten(static_cast<unsigned>(-shift))), scale};
}

Result<std::string> checked(const Exact& value) {
  const Exact kept = value.scale > kMostScale ? at_scale(value, kMostScale) : value;
  std::string text = kept.to_string();
  if (DecimalParts::of(text).whole.size() > static_cast<std::size_t>(kMostWholeDigits)) {
    return failure("22003", "value overflows numeric format");
  }
  return text;
}

Weight weight_of(const Exact& value) {
  if (value.is_zero()) return {};
  const std::string digits = mpz_class(abs(value.unscaled)).get_str(10);
  // Place of the first digit, counted from the point: 0 is the units.
  const int place = static_cast<int>(digits.size()) - 1 - value.scale;
  const int group = place >= 0 ? place / 4 : -((-place + 3) / 4);
  const auto taken = static_cast<std::size_t>(place - group * 4 + 1);
  int first = 0;
  for (std::size_t i = 0; i < taken; ++i) first = first * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return {group, first};
}

int quotient_scale(const Exact& dividend, const Exact& divisor) {
  constexpr int kSignificantDigits = 16;
  constexpr int kMostDisplayScale = 1000;
  const Weight a = weight_of(dividend);
  const Weight b = weight_of(divisor);
  const int groups = a.group - b.group - (a.first <= b.first ? 1 : 0);
  const int scale = std::max({kSignificantDigits - groups * 4, dividend.scale, divisor.scale, 0});
  return std::min(scale, kMostDisplayScale);
}

}  // namespace holdfast::types
