#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  /// Another HS256 secret that is accepted (JWT_SECRET); empty: none.
  std::string jwt_secret;
  /// Whether a request without any key is served as anon.
  bool allow_no_key = false;
  /// Seconds of clock difference that exp, nbf and iat allow.
  int leeway_seconds = 30;
};

/// Turns credentials into a Principal. Any thread; verified keys and tokens are cached until they expire or
/// are revoked. Errors: HF007 (key), PGRST301 (token malformed, bad signature, wrong algorithm), PGRST303
/// (claims), PGRST302 (no credentials where some are needed).
class Authenticator {
 public:
  Authenticator(sql::Database& database, Secrets secrets, AuthOptions options);
  ~Authenticator();

  /// The rules: a publishable key alone is anon; a service key alone is service_role; a Bearer that equals
  /// the apikey is that key alone; any other Bearer is a token, whose `role` claim (default authenticated;
  /// anon, authenticated and service_role are known) becomes the role.
  Result<base::Principal> authenticate(const Credentials& credentials);

  /// Forget what is cached of a key: it was revoked.
  void forget_keys();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::auth
