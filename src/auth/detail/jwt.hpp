#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/detail/jwk.hpp"
#include "auth/detail/signing.hpp"
#include "base/result.hpp"

namespace holdfast::auth::detail {

/// Longer tokens are refused unread.
inline constexpr std::size_t kMaxTokenBytes = 8192;

/// What signatures are checked against. The algorithm decides which key is tried, never the other way round:
/// an HS256 token is never checked with a public key.
struct VerificationKeys {
  std::optional<EcKey> es256;
  std::string es256_key_id;
  std::vector<std::string> hs256_secrets;
  std::vector<ForeignKeys::Rs256> rs256{};
};

/// The claims that Holdfast itself reads; the others stay in `json`.
struct Claims {
  std::string json;  ///< the payload as it was signed: a JSON object
  std::optional<std::string> role{};
  std::string subject{};
  std::optional<std::vector<std::string>> audience{};
  /// Seconds since 1970, fractions allowed (RFC 7519 NumericDate).
  std::optional<double> expires_at{};
  std::optional<double> not_before{};
  std::optional<double> issued_at{};
};

/// Form and signature, then the types of the claims. PGRST300 where there is no key at all; PGRST301;
/// PGRST303 for a claim of a wrong type.
Result<Claims> verify_token(const VerificationKeys& keys, std::string_view token);

/// What the claims say about time and audience. PGRST303.
struct ClaimRules {
  std::string_view audience;   ///< empty: any
  bool needs_audience = true;  ///< with `audience`: a token without `aud`, or with an empty list, is refused
  std::chrono::seconds leeway{0};
};
Result<void> check_claims(const Claims& claims, const ClaimRules& rules, std::int64_t now_seconds);

}  // namespace holdfast::auth::detail
