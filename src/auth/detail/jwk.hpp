#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::auth::detail {

/// The public half of an RSA key. Copies share the key, which OpenSSL allows any thread to use.
class RsaKey {
 public:
  /// From the modulus and exponent of RFC 7518 section 6.3.1, decoded. HF001 for less than 2048 bits.
  static Result<RsaKey> from_parts(std::string_view modulus, std::string_view exponent);

  /// RS256: PKCS #1 v1.5 with SHA-256.
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit RsaKey(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;  // shared by copies of this key
};

/// Keys of others whose tokens are accepted.
struct ForeignKeys {
  struct Rs256 {
    RsaKey key;
    std::optional<std::string> key_id{};
  };
  std::vector<std::string> hs256_secrets{};
  std::vector<Rs256> rs256{};
};

/// A secret as it stands, or, where the text is a JSON object, a JWK or a JWK set (RFC 7517): `oct` keys for
/// HS256, `RSA` keys for RS256; keys of other kinds are passed over. HF001 for what is neither.
Result<ForeignKeys> read_foreign_keys(std::string_view text);

}  // namespace holdfast::auth::detail
