#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "auth/secrets.hpp"
#include "base/principal.hpp"
#include "base/result.hpp"
#include "sql/database.hpp"

namespace holdfast::auth {

/// What a request carries: the `apikey` header (or query parameter) and the `Authorization` header, as sent.
struct Credentials {
  std::string_view apikey;
  std::string_view authorization;
};

struct AuthOptions {
  /// `aud` that tokens must have; empty: any.
  std::string audience;
  /// Whether a token without `aud` is refused where `audience` is set.
  bool needs_audience = true;
  /// Another HS256 secret that is accepted (JWT_SECRET), or a JWK set of HS256 and RS256 keys; empty: none.
  std::string jwt_secret;
  /// Whether a request without any key is served as anon.
  bool allow_no_key = false;
  /// Seconds of clock difference that exp, nbf and iat allow.
  int leeway_seconds = 30;
  /// Most tokens and keys that are remembered.
  std::size_t cache_entries = 16'384;
  /// The role of a token without a `role` claim; empty: such a token is refused (PGRST302).
  std::string default_role = base::kAuthenticatedRole;
  /// Which roles tokens may have, never the system's; null: anon, authenticated and service_role.
  std::function<bool(std::string_view)> is_role{};
  /// What time it is; null: the system's clock.
  std::function<std::chrono::sys_seconds()> clock{};
};

/// Turns credentials into a Principal. Any thread; verified keys and tokens are cached until they expire or
/// are revoked (a hit costs a few hundred nanoseconds). Errors: HF007 (key), PGRST301 (token malformed, bad
/// signature, wrong algorithm), PGRST303 (claims), 42501 (a role that tokens may not have), PGRST302 (no
/// credentials where some are needed).
class Authenticator {
 public:
  Authenticator(sql::Database& database, Secrets secrets, AuthOptions options);
  ~Authenticator();

  /// The rules: a publishable key alone is anon; a service key alone is service_role; a Bearer that equals
  /// the apikey is that key alone; any other Bearer is a token, whose `role` claim (default authenticated;
  /// anon, authenticated and service_role are known) becomes the role. A Bearer in the form of a key, without
  /// an apikey, is that key alone. Other schemes than Bearer are ignored.
  Result<base::Principal> authenticate(const Credentials& credentials);

  /// Forget what is cached of a key: it was revoked.
  void forget_keys();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::auth
