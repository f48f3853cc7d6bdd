#include <algorithm>

#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/exact.hpp"
#include "types/numeric.hpp"

namespace holdfast::types {
namespace {

Error division_by_zero() { return failure("22012", "division by zero"); }

bool is_infinite(std::string_view a) { return a == kInfinity || a == kMinusInfinity; }
bool is_zero(std::string_view a) { return !is_special(a) && DecimalParts::of(a).is_zero(); }
bool is_negative(std::string_view a) { return a.front() == '-'; }
std::string infinity(bool negative) { return std::string(negative ? kMinusInfinity : kInfinity); }

std::string add_special(std::string_view a, std::string_view b) {
  if (a == kNaN || b == kNaN) return std::string(kNaN);
  if (is_infinite(a) && is_infinite(b) && a != b) return std::string(kNaN);
  return std::string(is_infinite(a) ? a : b);
}

Exact add_exact(const Exact& a, const Exact& b) {
  const int scale = std::max(a.scale, b.scale);
  return {at_scale(a, scale).unscaled + at_scale(b, scale).unscaled, scale};
}

Exact divide_exact(const Exact& a, const Exact& b) {
  const int scale = quotient_scale(a, b);
  const mpz_class dividend = a.unscaled * power_of_ten(static_cast<unsigned>(scale + b.scale));
  const mpz_class divisor = b.unscaled * power_of_ten(static_cast<unsigned>(a.scale));
  return {divide_rounded(dividend, divisor), scale};
}

}  // namespace

Result<std::string> numeric_add(std::string_view a, std::string_view b) {
  if (is_special(a) || is_special(b)) return add_special(a, b);
  return checked(add_exact(Exact::of(a), Exact::of(b)));
}

Result<std::string> numeric_subtract(std::string_view a, std::string_view b) {
  return numeric_add(a, numeric_negate(b));
}

Result<std::string> numeric_multiply(std::string_view a, std::string_view b) {
  if (a == kNaN || b == kNaN) return std::string(kNaN);
  if (is_special(a) || is_special(b)) {
    if (is_zero(a) || is_zero(b)) return std::string(kNaN);
    return infinity(is_negative(a) != is_negative(b));
  }
  const Exact left = Exact::of(a);
  const Exact right = Exact::of(b);
  return checked({left.unscaled * right.unscaled, left.scale + right.scale});
}

Result<std::string> numeric_divide(std::string_view a, std::string_view b) {
  if (a == kNaN || b == kNaN) return std::string(kNaN);
  if (is_zero(b)) return division_by_zero();
  if (is_infinite(a)) return is_infinite(b) ? std::string(kNaN) : infinity(is_negative(a) != is_negative(b));
  if (is_infinite(b)) return std::string("0");
  return checked(divide_exact(Exact::of(a), Exact::of(b)));
}

Result<std::string> numeric_remainder(std::string_view a, std::string_view b) {
  if (a == kNaN || b == kNaN) return std::string(kNaN);
  if (is_zero(b)) return division_by_zero();
  if (is_infinite(a)) return std::string(kNaN);
  if (is_infinite(b)) return std::string(a);
  const Exact left = Exact::of(a);
  const Exact right = Exact::of(b);
  const int scale = std::max(left.scale, right.scale);
  Exact rest{.unscaled = {}, .scale = scale};
  mpz_tdiv_r(rest.unscaled.get_mpz_t(), at_scale(left, scale).unscaled.get_mpz_t(),
             at_scale(right, scale).unscaled.get_mpz_t());
  return checked(rest);
}

struct NumericSum::State {
  Exact total;
  std::int64_t count = 0;
  // Counted rather than summed, so that they can be taken back.
  std::int64_t nans = 0;
  std::int64_t infinities = 0;
  std::int64_t minus_infinities = 0;

  /// The counter of a special value.
  std::int64_t& counter(std::string_view special) {
    if (special == kNaN) return nans;
    return special == kInfinity ? infinities : minus_infinities;
  }
  /// What special values make of any sum; empty without them.
  [[nodiscard]] std::string special() const {
    if (nans > 0 || (infinities > 0 && minus_infinities > 0)) return std::string(kNaN);
    if (infinities > 0) return std::string(kInfinity);
    return minus_infinities > 0 ? std::string(kMinusInfinity) : std::string();
  }
};

NumericSum::NumericSum() : state_(std::make_unique<State>()) {}
NumericSum::~NumericSum() = default;
NumericSum::NumericSum(NumericSum&&) noexcept = default;
NumericSum& NumericSum::operator=(NumericSum&&) noexcept = default;

void NumericSum::add(std::string_view numeric) {
  ++state_->count;
  if (is_special(numeric)) {
    ++state_->counter(numeric);
  } else {
    state_->total = add_exact(state_->total, Exact::of(numeric));
  }
}

void NumericSum::remove(std::string_view numeric) {
  --state_->count;
  if (is_special(numeric)) {
    --state_->counter(numeric);
  } else {
    state_->total = add_exact(state_->total, Exact::of(numeric_negate(numeric)));
  }
}

void NumericSum::add(std::int64_t integer) {
  ++state_->count;
  state_->total = add_exact(state_->total, {mpz_class(static_cast<long>(integer)), 0});
}

std::int64_t NumericSum::count() const { return state_->count; }

Result<std::string> NumericSum::sum() const {
  if (auto special = state_->special(); !special.empty()) return special;
  return checked(state_->total);
}

Result<std::string> NumericSum::average() const {
  if (auto special = state_->special(); !special.empty()) return special;
  return checked(divide_exact(state_->total, {mpz_class(static_cast<long>(state_->count)), 0}));
}

}  // namespace holdfast::types
