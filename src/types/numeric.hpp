#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

// PostgreSQL's numeric in its canonical text form: `-1.50`, `NaN`, `Infinity`. Every function takes and gives
// that form; results carry the scale that PostgreSQL 15 gives them. Source:
// https://www.postgresql.org/docs/15/datatype-numeric.html

/// Any input form (`1e2`, ` +.5 `, `inf`) -> canonical. 22P02; 22003 beyond 131072 digits before the point or
/// 16383 after it.
Result<std::string> parse_numeric(std::string_view text);
/// Rounds a canonical numeric to numeric(precision, scale), half away from zero. 22003 when it does not fit.
Result<std::string> fit_numeric(std::string_view value, int precision, int scale);
/// By value: 1.5 equals 1.50; NaN is greater than all and equal to itself. Allocates nothing.
[[nodiscard]] int compare_numeric(std::string_view left, std::string_view right);

[[nodiscard]] std::string numeric_from_integer(std::int64_t value);
/// As the cast from double precision (15 digits) and from real (6 digits).
[[nodiscard]] std::string numeric_from_double(double value, int digits = 15);
/// Rounded half away from zero; 22003 outside bigint, 0A000 for NaN and infinity.
Result<std::int64_t> numeric_to_integer(std::string_view value);
/// 22003 where double precision cannot hold it.
Result<double> numeric_to_double(std::string_view value);

Result<std::string> numeric_add(std::string_view a, std::string_view b);
Result<std::string> numeric_subtract(std::string_view a, std::string_view b);
Result<std::string> numeric_multiply(std::string_view a, std::string_view b);
Result<std::string> numeric_divide(std::string_view a, std::string_view b);           // 22012
Result<std::string> numeric_remainder(std::string_view a, std::string_view b);        // 22012
Result<std::string> numeric_power(std::string_view base, std::string_view exponent);  // 2201F, 22003
Result<std::string> numeric_sqrt(std::string_view a);                                 // 2201F

[[nodiscard]] std::string numeric_negate(std::string_view a);
[[nodiscard]] std::string numeric_absolute(std::string_view a);
[[nodiscard]] std::string numeric_ceil(std::string_view a);
[[nodiscard]] std::string numeric_floor(std::string_view a);
[[nodiscard]] std::string numeric_sign(std::string_view a);
/// `digits` may be negative: round(1234, -2) is 1200.
[[nodiscard]] std::string numeric_round(std::string_view a, int digits);
[[nodiscard]] std::string numeric_trunc(std::string_view a, int digits);

/// sum() and avg(): adds without rounding.
class NumericSum {
 public:
  NumericSum();
  ~NumericSum();
  NumericSum(NumericSum&&) noexcept;
  NumericSum& operator=(NumericSum&&) noexcept;

  void add(std::string_view numeric);
  void add(std::int64_t integer);
  /// Takes back what was added before.
  void remove(std::string_view numeric);
  [[nodiscard]] std::int64_t count() const;
  Result<std::string> sum() const;
  /// Of at least one value.
  Result<std::string> average() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::types
