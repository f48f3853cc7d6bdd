#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "types/detail/errors.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

struct Address {
  int family = AF_INET;
  std::array<unsigned char, 16> bytes{};
  int mask = 32;

  [[nodiscard]] int most() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Address> scan(std::string_view text) {
  Address address;
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  if (inet_pton(AF_INET, host.c_str(), address.bytes.data()) != 1) {
    address.family = AF_INET6;
    if (inet_pton(AF_INET6, host.c_str(), address.bytes.data()) != 1) return std::nullopt;
  }
  address.mask = address.most();
  if (slash != std::string_view::npos) {
    const char* begin = text.data() + slash + 1;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(begin, end, address.mask);
    if (fault != std::errc{} || stop != end || address.mask < 0 || address.mask > address.most())
      return std::nullopt;
  }
  return address;
}

/// Of the first `bits` bits.
int compare_bits(const Address& a, const Address& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (const int order = std::memcmp(a.bytes.data(), b.bytes.data(), whole); order != 0) return order;
  if (bits % 8 == 0) return 0;
  const int shift = 8 - bits % 8;
  return (a.bytes[whole] >> shift) - (b.bytes[whole] >> shift);
}

}  // namespace

Result<std::string> parse_inet(std::string_view text) {
  const auto address = scan(text);
  if (!address) return invalid_syntax("inet", text);
  std::array<char, INET6_ADDRSTRLEN> printed{};
  inet_ntop(address->family, address->bytes.data(), printed.data(), printed.size());
  std::string out = printed.data();
  if (address->mask != address->most()) out += '/' + std::to_string(address->mask);
  return out;
}

int compare_inet(std::string_view left, std::string_view right) {
  const auto a = scan(left);
  const auto b = scan(right);
  if (!a || !b) return left.compare(right);
  if (a->family != b->family) return a->family == AF_INET ? -1 : 1;
  if (const int order = compare_bits(*a, *b, std::min(a->mask, b->mask)); order != 0) return order;
  if (a->mask != b->mask) return a->mask - b->mask;
  return compare_bits(*a, *b, a->most());
}

}  // namespace holdfast::types
