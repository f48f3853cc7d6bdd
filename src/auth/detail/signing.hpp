#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::auth::detail {

/// A P-256 key pair, or its public half. Copies share the key, which OpenSSL allows any thread to use.
class EcKey {
 public:
  static Result<EcKey> generate();
  /// HF012 when the text is no P-256 private key.
  static Result<EcKey> from_private_pem(std::string_view pem);

  Result<std::string> private_pem() const;
  /// The public point, 32 bytes each.
  Result<std::string> public_x() const;
  Result<std::string> public_y() const;
  /// RFC 7638.
  Result<std::string> thumbprint() const;

  /// ES256: SHA-256, the signature as r and s of 32 bytes each (RFC 7518 section 3.4).
  Result<std::string> sign(std::string_view message) const;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit EcKey(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;  // shared by copies of this key
};

/// HS256. Empty when OpenSSL fails.
[[nodiscard]] std::string hmac_sha256(std::string_view secret, std::string_view message);
/// In time that does not depend on where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace holdfast::auth::detail
