#pragma once

#include <string>
#include <string_view>

namespace holdfast::types {

inline constexpr std::string_view kNaN = "NaN";
inline constexpr std::string_view kInfinity = "Infinity";
inline constexpr std::string_view kMinusInfinity = "-Infinity";
inline constexpr int kMostWholeDigits = 131072;
inline constexpr int kMostScale = 16383;

[[nodiscard]] constexpr bool is_special(std::string_view numeric) {
  return numeric == kNaN || numeric == kInfinity || numeric == kMinusInfinity;
}

/// A finite canonical numeric, taken apart: digits before and after the point, views into it.
struct DecimalParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;

  [[nodiscard]] static constexpr DecimalParts of(std::string_view numeric) {
    DecimalParts parts;
    if (!numeric.empty() && numeric.front() == '-') {
      parts.negative = true;
      numeric.remove_prefix(1);
    }
    const std::size_t point = numeric.find('.');
    parts.whole = numeric.substr(0, point);
    if (point != std::string_view::npos) parts.fraction = numeric.substr(point + 1);
    return parts;
  }
  [[nodiscard]] constexpr bool is_zero() const {
    return whole.find_first_not_of('0') == std::string_view::npos &&
           fraction.find_first_not_of('0') == std::string_view::npos;
  }
};

/// Joins sign and digits to the canonical form: `scale` digits after the point, no needless zeros before it,
/// no minus before zero. `digits` are those of the number times ten to the `scale`.
[[nodiscard]] std::string canonical_decimal(bool negative, std::string digits, int scale);

/// Digits kept after the point: `scale`, which may be negative. `round` half away from zero, else cut.
[[nodiscard]] std::string rescale_decimal(std::string_view numeric, int scale, bool round);

}  // namespace holdfast::types
