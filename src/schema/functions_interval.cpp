#include <array>

#include "schema/functions_call.hpp"
#include "types/interval.hpp"

namespace holdfast::schema::functions {
namespace {

using types::Interval;

Result<void> reply_interval(Call& call, const Result<Interval>& interval) {
  if (!interval) return interval.error();
  call.reply(types::to_string(*interval));
  return {};
}

Result<void> add(Call& call) {
  HF_TRY(const Interval a, types::parse_interval(call.text(0)));
  HF_TRY(const Interval b, types::parse_interval(call.text(1)));
  return reply_interval(call, types::add(a, b));
}

Result<void> subtract(Call& call) {
  HF_TRY(const Interval a, types::parse_interval(call.text(0)));
  HF_TRY(const Interval b, types::parse_interval(call.text(1)));
  HF_TRY(const Interval negative, types::negate(b));
  return reply_interval(call, types::add(a, negative));
}

Result<void> negate(Call& call) {
  HF_TRY(const Interval a, types::parse_interval(call.text(0)));
  return reply_interval(call, types::negate(a));
}

Result<void> multiply(Call& call) {
  HF_TRY(const Interval a, types::parse_interval(call.text(0)));
  return reply_interval(call, types::multiply(a, call.real(1)));
}

Result<void> divide(Call& call) {
  HF_TRY(const Interval a, types::parse_interval(call.text(0)));
  return reply_interval(call, types::divide(a, call.real(1)));
}

Result<void> make_interval(Call& call) { return reply_interval(call, types::parse_interval(call.text(0))); }

constexpr std::array kFunctions{
    Function{"pg_interval_add", 2, add},    Function{"pg_interval_sub", 2, subtract},
    Function{"pg_interval_neg", 1, negate}, Function{"pg_interval_mul", 2, multiply},
    Function{"pg_interval_div", 2, divide}, Function{"pg_make_interval", 1, make_interval},
};

}  // namespace

std::span<const Function> interval_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
