#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/secrets.hpp"
#include "base/result.hpp"

namespace holdfast::auth {

/// A signed ES256 token for `sub` with `role`, as `holdfast token create` prints it.
Result<std::string> create_token(const Secrets& secrets, std::string_view subject, std::string_view role,
                                 std::chrono::seconds ttl);

/// The public half as a JWK set (`/auth/v1/.well-known/jwks.json`).
Result<std::string> jwk_set(const Secrets& secrets);

}  // namespace holdfast::auth
