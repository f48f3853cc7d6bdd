#pragma once

#include <string>
#include <string_view>

#include "auth/detail/base64url.hpp"
#include "auth/detail/signing.hpp"

namespace holdfast::auth::detail {

/// Tokens as a friend or an attacker would put them together; for the tests of this room.
inline std::string unsigned_text(std::string_view header, std::string_view claims) {
  return base64url_encode(header) + "." + base64url_encode(claims);
}

inline std::string hs256_token(std::string_view secret, std::string_view claims,
                               std::string_view header = R"({"alg":"HS256","typ":"JWT"})") {
  const std::string text = unsigned_text(header, claims);
  return text + "." + base64url_encode(hmac_sha256(secret, text));
}

inline std::string es256_token(const EcKey& key, std::string_view claims,
                               std::string_view header = R"({"alg":"ES256","typ":"JWT"})") {
  const std::string text = unsigned_text(header, claims);
  return text + "." + base64url_encode(key.sign(text).value());
}

}  // namespace holdfast::auth::detail
