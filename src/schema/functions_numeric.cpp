#include <array>

#include "schema/functions_call.hpp"
#include "types/numeric.hpp"

namespace holdfast::schema::functions {
namespace {

template <Result<std::string> (*Operation)(std::string_view, std::string_view)>
Result<void> binary(Call& call) {
  return reply_with(call, Operation(call.text(0), call.text(1)));
}

template <std::string (*Operation)(std::string_view)>
Result<void> unary(Call& call) {
  call.reply(Operation(call.text(0)));
  return {};
}

template <std::string (*Operation)(std::string_view, int)>
Result<void> to_digits(Call& call) {
  constexpr std::int64_t kMost = 10000;
  const std::int64_t digits = std::min(std::max(call.integer(1), -kMost), kMost);
  call.reply(Operation(call.text(0), static_cast<int>(digits)));
  return {};
}

Result<void> square_root(Call& call) { return reply_with(call, types::numeric_sqrt(call.text(0))); }

constexpr std::array kFunctions{
    Function{"pg_numeric_add", 2, binary<types::numeric_add>},
    Function{"pg_numeric_sub", 2, binary<types::numeric_subtract>},
    Function{"pg_numeric_mul", 2, binary<types::numeric_multiply>},
    Function{"pg_numeric_div", 2, binary<types::numeric_divide>},
    Function{"pg_numeric_mod", 2, binary<types::numeric_remainder>},
    Function{"pg_numeric_power", 2, binary<types::numeric_power>},
    Function{"pg_numeric_neg", 1, unary<types::numeric_negate>},
    Function{"pg_numeric_abs", 1, unary<types::numeric_absolute>},
    Function{"pg_numeric_ceil", 1, unary<types::numeric_ceil>},
    Function{"pg_numeric_floor", 1, unary<types::numeric_floor>},
    Function{"pg_numeric_sign", 1, unary<types::numeric_sign>},
    Function{"pg_numeric_sqrt", 1, square_root},
    Function{"pg_numeric_round", 2, to_digits<types::numeric_round>},
    Function{"pg_numeric_trunc", 2, to_digits<types::numeric_trunc>},
};

}  // namespace

std::span<const Function> numeric_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
