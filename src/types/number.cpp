#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

struct Range {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
};

constexpr Range range_of(Kind kind) {
  switch (kind) {
    case Kind::int2:
      return {"smallint", -32768, 32767};
    case Kind::int4:
      return {"integer", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    case Kind::oid:
      return {"oid", 0, std::numeric_limits<std::uint32_t>::max()};
    default:
      return {"bigint", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

/// NaN and infinities by their names.
bool parse_special_float(std::string_view text, double& out) {
  if (equal_ignoring_case(text, "nan")) {
    out = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  if (!equal_ignoring_case(text, "infinity") && !equal_ignoring_case(text, "inf")) return false;
  out = negative ? -HUGE_VAL : HUGE_VAL;
  return true;
}

template <class Float>
Result<double> parse_finite(std::string_view type, std::string_view digits, std::string_view text) {
  Float value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, value);
  if (fault == std::errc::result_out_of_range) {
    return failure("22003", "\"" + std::string(text) + "\" is out of range for type " + std::string(type));
  }
  const bool named = !digits.empty() && (is_alpha(digits.back()) || is_alpha(digits.front()));
  if (fault != std::errc{} || stop != end || named) return invalid_syntax(type, text);
  return static_cast<double>(value);
}

/// Digits and exponent of the shortest form that reads back.
template <class Float>
void append_shortest(std::string& out, Float value, int fixed_below) {
  std::array<char, 64> buffer{};
  char* const begin = buffer.data();
  const char* const end =
      std::to_chars(begin, begin + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string_view printed(begin, static_cast<std::size_t>(end - begin));
  const std::size_t e = printed.find('e');
  const int exponent = std::atoi(printed.data() + e + 1);
  if (exponent < -4 || exponent >= fixed_below) {
    out += printed;
    return;
  }
  std::array<char, 64> fixed{};
  const char* const fixed_end =
      std::to_chars(fixed.data(), fixed.data() + fixed.size(), value, std::chars_format::fixed).ptr;
  out.append(std::string_view(fixed.data(), static_cast<std::size_t>(fixed_end - fixed.data())));
}

}  // namespace

Result<std::int64_t> parse_integer(Kind kind, std::string_view text) {
  const Range range = range_of(kind);
  std::string_view digits = trim(text);
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return invalid_syntax(range.name, text);
  }
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, value);
  if (fault == std::errc::invalid_argument || stop != end) return invalid_syntax(range.name, text);
  if (fault != std::errc{} || value < range.least || value > range.most)
    return out_of_range(range.name, text);
  return value;
}

Result<std::int64_t> fit_integer(Kind kind, std::int64_t value) {
  const Range range = range_of(kind);
  if (value < range.least || value > range.most)
    return failure("22003", std::string(range.name) + " out of range");
  return value;
}

Result<double> parse_float(Kind kind, std::string_view text) {
  const std::string_view type = kind == Kind::float4 ? "real" : "double precision";
  std::string_view digits = trim(text);
  double special = 0;
  if (parse_special_float(digits, special)) return special;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return invalid_syntax(type, text);
  }
  return kind == Kind::float4 ? parse_finite<float>(type, digits, text)
                              : parse_finite<double>(type, digits, text);
}

void append_float(std::string& out, Kind kind, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else if (kind == Kind::float4) {
    append_shortest(out, static_cast<float>(value), 6);
  } else {
    append_shortest(out, value, 15);
  }
}

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

}  // namespace holdfast::types
