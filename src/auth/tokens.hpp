#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/secrets.hpp"
#include "base/result.hpp"

namespace holdfast::auth {

/// A signed ES256 token for `sub` with `role`, as `holdfast token create` prints it. `audience` becomes `aud`
/// unless it is empty. HF010 for a role that no token may have, an empty subject or a ttl that is not
/// positive.
Result<std::string> create_token(const Secrets& secrets, std::string_view subject, std::string_view role,
                                 std::chrono::seconds ttl, std::string_view audience = {});

/// The public half as a JWK set (`/auth/v1/.well-known/jwks.json`).
Result<std::string> jwk_set(const Secrets& secrets);

}  // namespace holdfast::auth
