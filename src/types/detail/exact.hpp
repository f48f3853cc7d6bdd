#pragma once

#include <gmpxx.h>

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// A finite decimal: unscaled / 10^scale. GMP stays behind this header.
struct Exact {
  mpz_class unscaled{0};
  int scale = 0;

  [[nodiscard]] static Exact of(std::string_view canonical);
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] bool is_zero() const { return unscaled == 0; }
};

[[nodiscard]] mpz_class power_of_ten(unsigned exponent);
/// a / b rounded half away from zero.
[[nodiscard]] mpz_class divide_rounded(const mpz_class& a, const mpz_class& b);
/// `value` at another scale, rounded half away from zero where digits are lost.
[[nodiscard]] Exact at_scale(const Exact& value, int scale);
/// The canonical text, or 22003 when it has more digits than numeric holds.
Result<std::string> checked(const Exact& value);
/// Scale of a quotient: at least 16 significant digits, as select_div_scale of PostgreSQL chooses it.
[[nodiscard]] int quotient_scale(const Exact& dividend, const Exact& divisor);
/// PostgreSQL counts digits in groups of four: the group that holds the first digit that is not zero (0: just
/// before the point), and its value.
struct Weight {
  int group = 0;
  int first = 0;
};
[[nodiscard]] Weight weight_of(const Exact& value);

}  // namespace holdfast::types
