#pragma once

#include <string>

namespace holdfast::base {

/// Role names as PostgreSQL and Supabase use them.
inline constexpr char kAnonRole[] = "anon";
inline constexpr char kAuthenticatedRole[] = "authenticated";
inline constexpr char kServiceRole[] = "service_role";
/// Holdfast itself: migrations, imports, projections. No policy, no grant, no rule of a blueprint binds it.
inline constexpr char kSystemRole[] = "holdfast";

/// Who asks: the outcome of authentication, and all that later rooms know of the caller.
struct Principal {
  /// The database role that policies and grants are checked against.
  std::string role = kAnonRole;
  /// The token's `sub`; empty without one. Not checked here: auth.uid() refuses what is no UUID (22P02).
  std::string subject;
  /// The token's claims as a JSON object; `{"role":"..."}` where there is no token.
  std::string claims_json = "{}";
  /// The display prefix of the API key that was used; empty without one. For logs and audit.
  std::string key_prefix;

  [[nodiscard]] bool is_anonymous() const { return role == kAnonRole; }
  [[nodiscard]] bool is_system() const { return role == kSystemRole; }
  [[nodiscard]] static Principal system() {
    return {.role = kSystemRole, .subject = {}, .claims_json = "{}", .key_prefix = {}};
  }
};

}  // namespace holdfast::base
