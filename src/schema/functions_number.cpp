#include <array>
#include <cmath>

#include "schema/functions_call.hpp"
#include "types/scalar.hpp"

namespace holdfast::schema::functions {
namespace {

Error division_by_zero() { return failure("22012", "division by zero"); }

Error out_of_range(const types::Type& type) {
  return failure("22003", types::format_type(type) + " out of range");
}

Result<void> reply_fitting(Call& call, int type_argument, std::int64_t value, bool overflowed) {
  HF_TRY(const types::Type type, call.type(type_argument));
  if (overflowed) return out_of_range(type);
  return reply_with(call, types::fit_integer(type.kind, value));
}

Result<void> add(Call& call) {
  std::int64_t sum = 0;
  const bool overflowed = __builtin_add_overflow(call.integer(0), call.integer(1), &sum);
  return reply_fitting(call, 2, sum, overflowed);
}

Result<void> subtract(Call& call) {
  std::int64_t difference = 0;
  const bool overflowed = __builtin_sub_overflow(call.integer(0), call.integer(1), &difference);
  return reply_fitting(call, 2, difference, overflowed);
}

Result<void> multiply(Call& call) {
  std::int64_t product = 0;
  const bool overflowed = __builtin_mul_overflow(call.integer(0), call.integer(1), &product);
  return reply_fitting(call, 2, product, overflowed);
}

Result<void> divide(Call& call) {
  const std::int64_t dividend = call.integer(0);
  const std::int64_t divisor = call.integer(1);
  if (divisor == 0) return division_by_zero();
  if (divisor == -1) {
    std::int64_t negated = 0;
    const bool overflowed = __builtin_sub_overflow(std::int64_t{0}, dividend, &negated);
    return reply_fitting(call, 2, negated, overflowed);
  }
  return reply_fitting(call, 2, dividend / divisor, false);
}

Result<void> remainder(Call& call) {
  const std::int64_t divisor = call.integer(1);
  if (divisor == 0) return division_by_zero();
  call.reply(divisor == -1 ? std::int64_t{0} : call.integer(0) % divisor);
  return {};
}

Result<void> absolute(Call& call) {
  const std::int64_t value = call.integer(0);
  std::int64_t negated = 0;
  if (value >= 0) return reply_fitting(call, 1, value, false);
  const bool overflowed = __builtin_sub_overflow(std::int64_t{0}, value, &negated);
  return reply_fitting(call, 1, negated, overflowed);
}

/// A float result as the type holds it: single precision is rounded, what overflowed is refused.
Result<void> reply_float(Call& call, double value, const types::Type& type, bool infinite_argument) {
  double kept = value;
  if (type.kind == types::Kind::float4) kept = static_cast<double>(static_cast<float>(value));
  if (std::isnan(kept)) return failure("22003", "value out of range: not a number");
  if (std::isinf(kept) && !infinite_argument) return failure("22003", "value out of range: overflow");
  if (kept == 0 && value != 0) return failure("22003", "value out of range: underflow");
  call.reply(kept);
  return {};
}

/// The operands are gone, so an infinite result is taken for an overflow.
Result<void> float_check(Call& call) {
  HF_TRY(const types::Type type, call.type(1));
  return reply_float(call, call.real(0), type, false);
}

Result<void> float_divide(Call& call) {
  HF_TRY(const types::Type type, call.type(2));
  if (call.real(1) == 0) return division_by_zero();
  return reply_float(call, call.real(0) / call.real(1), type, std::isinf(call.real(0)));
}

const types::Type& double_precision() {
  static const types::Type type{.kind = types::Kind::float8};
  return type;
}

Result<void> float_round(Call& call) {
  call.reply(std::rint(call.real(0)));
  return {};
}

Result<void> float_sqrt(Call& call) {
  if (call.real(0) < 0) return failure("2201F", "cannot take square root of a negative number");
  call.reply(std::sqrt(call.real(0)));
  return {};
}

Result<void> float_power(Call& call) {
  const double base = call.real(0);
  const double exponent = call.real(1);
  if (base == 0 && exponent < 0) return failure("2201F", "zero raised to a negative power is undefined");
  if (base < 0 && std::floor(exponent) != exponent) {
    return failure("2201F", "a negative number raised to a non-integer power yields a complex result");
  }
  return reply_float(call, std::pow(base, exponent), double_precision(),
                     std::isinf(base) || std::isinf(exponent));
}

Result<void> float_ln(Call& call) {
  if (call.real(0) == 0) return failure("2201E", "cannot take logarithm of zero");
  if (call.real(0) < 0) return failure("2201E", "cannot take logarithm of a negative number");
  call.reply(std::log(call.real(0)));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_int_add", 3, add},
    Function{"pg_int_sub", 3, subtract},
    Function{"pg_int_mul", 3, multiply},
    Function{"pg_int_div", 3, divide},
    Function{"pg_int_mod", 3, remainder},
    Function{"pg_int_abs", 2, absolute},
    Function{"pg_float_check", 2, float_check},
    Function{"pg_float_div", 3, float_divide},
    Function{"pg_float_round", 1, float_round},
    Function{"pg_float_sqrt", 1, float_sqrt},
    Function{"pg_float_power", 2, float_power},
    Function{"pg_float_ln", 1, float_ln},
};

}  // namespace

std::span<const Function> number_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
