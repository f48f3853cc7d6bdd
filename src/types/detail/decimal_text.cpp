#include "types/detail/decimal_text.hpp"

#include <algorithm>

namespace holdfast::types {
namespace {

/// Adds one to a string of digits; it may grow by a digit.
void increment(std::string& digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  digits.insert(digits.begin(), '1');
}

}  // namespace

std::string canonical_decimal(bool negative, std::string digits, int scale) {
  const auto places = static_cast<std::size_t>(scale);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  const std::size_t whole = digits.size() - places;
  digits.erase(0, std::min(digits.find_first_not_of('0'), whole - 1));
  if (negative && digits.find_first_not_of('0') != std::string::npos) digits.insert(digits.begin(), '-');
  if (places > 0) digits.insert(digits.size() - places, 1, '.');
  return digits;
}

std::string rescale_decimal(std::string_view numeric, int scale, bool round) {
  const DecimalParts parts = DecimalParts::of(numeric);
  std::string digits(parts.whole);
  digits += parts.fraction;
  const int excess = static_cast<int>(parts.fraction.size()) - scale;
  if (excess <= 0) {
    digits.append(static_cast<std::size_t>(-excess), '0');
    return canonical_decimal(parts.negative, std::move(digits), scale);
  }
  const auto cut = static_cast<std::size_t>(excess);
  if (cut > digits.size()) {
    digits = "0";
  } else {
    const bool up = round && digits[digits.size() - cut] >= '5';
    digits.resize(digits.size() - cut);
    if (digits.empty()) digits = "0";
    if (up) increment(digits);
  }
  if (scale < 0) digits.append(static_cast<std::size_t>(-scale), '0');
  return canonical_decimal(parts.negative, std::move(digits), std::max(scale, 0));
}

}  // namespace holdfast::types
