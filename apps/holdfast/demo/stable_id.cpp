#include "demo/stable_id.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

namespace holdfast::demo {
namespace {

/// 7e0c5d0a-9c1f-5b6e-8d44-2f6a53b1c9e7: what all ids of the demo are derived from. Never changes.
constexpr std::array<unsigned char, 16> kNamespace{0x7e, 0x0c, 0x5d, 0x0a, 0x9c, 0x1f, 0x5b, 0x6e,
                                                   0x8d, 0x44, 0x2f, 0x6a, 0x53, 0xb1, 0xc9, 0xe7};

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

}  // namespace

std::string stable_id(std::string_view kind, std::string_view name) {
  static const std::unique_ptr<EVP_MD, FreeDigest> sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  std::string input(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  input.append(kind).append(":").append(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(input.data(), input.size(), hash.data(), &size, sha1.get(), nullptr);
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0fU) | 0x50U);
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3fU) | 0x80U);
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
