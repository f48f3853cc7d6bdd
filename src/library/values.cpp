#include "holdfast/values.hpp"

#include <random>

#include "library/outward.hpp"
#include "types/scalar.hpp"

namespace holdfast::v0 {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::uint8_t nibble(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/// Where a dash stands before byte `i` of the text form.
constexpr bool dash_before(std::size_t i) { return i == 4 || i == 6 || i == 8 || i == 10; }

}  // namespace

Result<Uuid> Uuid::parse(std::string_view text) {
  auto canonical = types::parse_uuid(text);
  if (!canonical.ok()) return library::outward(std::move(canonical).error());
  Uuid uuid;
  const char* at = canonical->data();
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (dash_before(i)) ++at;
    uuid.bytes[i] = static_cast<std::uint8_t>(nibble(at[0]) << 4U | nibble(at[1]));
    at += 2;
  }
  return uuid;
}

Uuid Uuid::random() {
  static thread_local std::random_device source;
  Uuid uuid;
  for (std::size_t i = 0; i < uuid.bytes.size(); i += 4) {
    const auto bits = source();
    for (std::size_t j = 0; j < 4; ++j) uuid.bytes[i + j] = static_cast<std::uint8_t>(bits >> (8 * j));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0fU) | 0x40U);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);
  return uuid;
}

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i)) text += '-';
    text += kHex[bytes[i] >> 4U];
    text += kHex[bytes[i] & 15U];
  }
  return text;
}

}  // namespace holdfast::v0
