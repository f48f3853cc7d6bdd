#include "demo/stable_id.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

namespace holdfast::demo {
namespace {

/// 7e0c5d0a-9c1f-5b6e-8d44-2f6a53b1c9e7: what all ids of the demo are derived from. Never changes.
constexpr std::array<unsigned char, 16> kNamespace{0x7e, 0x0c, 0x5d, 0x0a, 0x9c, 0x1f, 0x5b, 0x6e,
                                                   0x8d, 0x44, 0x2f, 0x6a, 0x53, 0xb1, 0xc9, 0xe7};

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

constexpr std::size_t kLeadingCharacters = 10;
constexpr std::uint64_t kCharacterBits = 6;

/// Grows with the character, for those that package names and addresses are made of.
std::uint64_t rank_of(char character) {
  const auto lower = static_cast<unsigned char>(character | 0x20);
  if (lower >= 'a' && lower <= 'z') return lower - std::uint64_t{'a'} + 16;
  if (character >= '0' && character <= '9') return static_cast<std::uint64_t>(character - '0') + 6;
  return character >= '+' && character < '0' ? static_cast<std::uint64_t>(character - '+') + 1 : 0;
}

/// 60 bits that order as the names do.
std::uint64_t leading_bits(std::string_view name) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kLeadingCharacters; ++i)
    bits = bits << kCharacterBits | (i < name.size() ? rank_of(name[i]) : 0);
  return bits;
}

/// A UUID of version 8: the leading bits, then the version, the variant and 62 bits of the hash.
void lead_with(std::uint64_t leading, unsigned char* bytes) {
  const auto high = (leading >> 12U << 16U) | 0x8000U | (leading & 0xfffU);
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(high >> (56U - 8U * i) & 0xffU);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
}

}  // namespace

std::string stable_id(std::string_view kind, std::string_view name) {
  static const std::unique_ptr<EVP_MD, FreeDigest> sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  std::string input(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  input.append(kind).append(":").append(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(input.data(), input.size(), hash.data(), &size, sha1.get(), nullptr);
  lead_with(leading_bits(name), hash.data());
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += "0123456789abcdef"[hash[i] >> 4U];
    text += "0123456789abcdef"[hash[i] & 15U];
  }
  return text;
}

}  // namespace holdfast::demo
