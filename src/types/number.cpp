#include <array>
#include <charconv>
#include <cmath>
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

/// Whether the decimal digits * 10^exponent lies halfway between two neighbours of a binary type with
/// `mantissa_bits`: PostgreSQL prints more digits rather than rely on how a reader rounds those.
bool is_halfway(std::uint64_t digits, int exponent, int mantissa_bits) {
  constexpr int kMostPower = 24;  // beyond it no number of 17 digits is a binary fraction of so few bits
  if (digits == 0 || exponent > kMostPower || exponent < -kMostPower) return false;
  __extension__ using Wide = unsigned __int128;
  Wide five = 1;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) five *= 5;
  if (exponent < 0 && digits % five != 0) return false;
  Wide odd = exponent < 0 ? digits / five : digits * five;
  while ((odd & 1U) == 0) odd >>= 1U;
  return odd >> static_cast<unsigned>(mantissa_bits) == 1;
}

/// A number in scientific form, `-1.25e+10`.
struct Scientific {
  std::array<char, 48> buffer{};
  std::size_t size = 0;

  [[nodiscard]] std::string_view text() const { return {buffer.data(), size}; }
  [[nodiscard]] int exponent() const {
    const std::string_view printed = text();
    int value = 0;
    std::size_t at = printed.find('e') + 1;
    const bool negative = printed[at++] == '-';
    for (; at < size; ++at) value = value * 10 + (printed[at] - '0');
    return negative ? -value : value;
  }
  [[nodiscard]] std::uint64_t digits() const {
    std::uint64_t value = 0;
    for (const char c : text().substr(0, text().find('e'))) {
      if (is_digit(c)) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
  }
  [[nodiscard]] int count() const {
    int n = 0;
    for (const char c : text().substr(0, text().find('e'))) n += is_digit(c) ? 1 : 0;
    return n;
  }
};

template <class Float>
bool reads_back(const Scientific& printed, Float value) {
  constexpr int kBits = std::numeric_limits<Float>::digits;
  Float read = 0;
  std::from_chars(printed.buffer.data(), printed.buffer.data() + printed.size, read);
  return read == value && !is_halfway(printed.digits(), printed.exponent() - printed.count() + 1, kBits);
}

/// The fewest digits that read back to the same value, however the reader rounds.
template <class Float>
Scientific shortest(Float value) {
  Scientific out;
  char* const begin = out.buffer.data();
  char* const end = begin + out.buffer.size();
  out.size =
      static_cast<std::size_t>(std::to_chars(begin, end, value, std::chars_format::scientific).ptr - begin);
  constexpr int kBits = std::numeric_limits<Float>::digits;
  if (!is_halfway(out.digits(), out.exponent() - out.count() + 1, kBits)) return out;
  for (int count = out.count(); count <= std::numeric_limits<Float>::max_digits10; ++count) {
    out.size = static_cast<std::size_t>(
        std::to_chars(begin, end, value, std::chars_format::scientific, count - 1).ptr - begin);
    if (reads_back(out, value)) break;
  }
  return out;
}

/// PostgreSQL's layout: fixed from 1e-4 up to `fixed_below` digits, else scientific.
template <class Float>
void append_shortest(std::string& out, Float value, int fixed_below) {
  const Scientific printed = shortest(value);
  const int exponent = printed.exponent();
  if (exponent < -4 || exponent >= fixed_below) {
    out += printed.text();
    return;
  }
  std::string digits;
  for (const char c : printed.text().substr(0, printed.text().find('e'))) {
    if (is_digit(c)) digits += c;
  }
  if (std::signbit(value)) out += '-';
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += digits;
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  out.append(digits, 0, whole);
  if (digits.size() == whole) return;
  out += '.';
  out.append(digits, whole, std::string::npos);
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
