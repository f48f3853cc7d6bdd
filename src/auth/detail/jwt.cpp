#include "auth/detail/jwt.hpp"

#include <algorithm>
#include <set>

#include <simdjson.h>

#include "auth/detail/base64url.hpp"

namespace holdfast::auth::detail {
namespace {

namespace dom = simdjson::dom;

Error bad_token(std::string message, std::string details = {}) {
  return {.code = "PGRST301", .message = std::move(message), .details = std::move(details)};
}
Error bad_claim(std::string message) { return {.code = "PGRST303", .message = std::move(message)}; }

/// The three parts of a compact JWS, still encoded.
struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;  ///< header and payload with the dot between
};

Result<Parts> split(std::string_view token) {
  if (token.empty()) return bad_token("Empty JWT is sent in Authorization header");
  if (token.size() > kMaxTokenBytes)
    return bad_token("The JWT is too long",
                     "Tokens have at most " + std::to_string(kMaxTokenBytes) + " bytes.");
  const auto count = 1 + std::ranges::count(token, '.');
  if (count != 3) return bad_token("Expected 3 parts in JWT; got " + std::to_string(count));
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

struct Header {
  std::string algorithm;
  std::optional<std::string> key_id{};
};

Result<Header> parse_header(std::string_view encoded) {
  const auto json = base64url_decode(encoded);
  if (!json) return bad_token("JWT cryptographic operation failed", "The header is not base64url.");
  dom::parser parser;
  dom::object object;
  if (parser.parse(*json).get(object) != simdjson::SUCCESS)
    return bad_token("JWT cryptographic operation failed", "The header is not a JSON object.");
  Header header;
  std::string_view text;
  for (const auto [name, value] : object) {
    // Critical extensions that one does not know must be refused: RFC 7515 section 4.1.11.
    if (name == "crit") return bad_token("The JWT demands an extension that is not supported");
    if (name != "alg" && name != "kid") continue;
    if (value.get(text) != simdjson::SUCCESS)
      return bad_token("Wrong or unsupported encoding algorithm", "alg and kid must be strings.");
    if (name == "alg") header.algorithm = text;
    if (name == "kid") header.key_id = text;
  }
  return header;
}

bool hs256_matches(const VerificationKeys& keys, std::string_view message, std::string_view signature) {
  bool matches = false;
  for (const auto& secret : keys.hs256_secrets) {
    if (secret.empty()) continue;
    const std::string expected = hmac_sha256(secret, message);
    matches |= !expected.empty() && equal_in_constant_time(expected, signature);
  }
  return matches;
}

bool rs256_matches(const VerificationKeys& keys, const Header& header, std::string_view message,
                   std::string_view signature) {
  return std::ranges::any_of(keys.rs256, [&](const auto& known) {
    const bool named = !header.key_id || !known.key_id || *header.key_id == *known.key_id;
    return named && known.key.verify(message, signature);
  });
}

bool has_keys(const VerificationKeys& keys) {
  return keys.es256.has_value() || !keys.rs256.empty() ||
         std::ranges::any_of(keys.hs256_secrets, [](const auto& secret) { return !secret.empty(); });
}

Result<void> check_signature(const VerificationKeys& keys, const Header& header, const Parts& parts) {
  const auto signature = base64url_decode(parts.signature);
  if (!signature || signature->empty())
    return bad_token("JWT cryptographic operation failed", "The signature is missing or not base64url.");
  if (header.algorithm == "HS256") {
    if (hs256_matches(keys, parts.signed_text, *signature)) return {};
    return bad_token("No suitable key or wrong key type", "None of the keys was able to decode the JWT");
  }
  if (header.algorithm == "ES256") {
    const bool known = !header.key_id || *header.key_id == keys.es256_key_id;
    if (known && keys.es256 && keys.es256->verify(parts.signed_text, *signature)) return {};
    return bad_token("No suitable key or wrong key type", "None of the keys was able to decode the JWT");
  }
  if (header.algorithm == "RS256") {
    if (rs256_matches(keys, header, parts.signed_text, *signature)) return {};
    return bad_token("No suitable key or wrong key type", "None of the keys was able to decode the JWT");
  }
  return bad_token("Wrong or unsupported encoding algorithm", "Holdfast takes HS256, ES256 and RS256.");
}

Result<std::string> text_claim(std::string_view name, dom::element value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS)
    return bad_claim("The JWT '" + std::string(name) + "' claim must be a string");
  return std::string(text);
}

Result<double> time_claim(std::string_view name, dom::element value) {
  double seconds = 0;
  if (value.get(seconds) != simdjson::SUCCESS)
    return bad_claim("The JWT '" + std::string(name) + "' claim must be a number");
  return seconds;
}

Result<std::vector<std::string>> audience_claim(dom::element value) {
  const auto wrong = [] { return bad_claim("The JWT 'aud' claim must be a string or an array of strings"); };
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::vector{std::string(text)};
  dom::array items;
  if (value.get(items) != simdjson::SUCCESS) return wrong();
  std::vector<std::string> audience;
  for (const auto item : items) {
    if (item.get(text) != simdjson::SUCCESS) return wrong();
    audience.emplace_back(text);
  }
  return audience;
}

Result<void> read_claim(Claims& claims, std::string_view name, dom::element value) {
  if (name == "role") {
    HF_TRY(claims.role, text_claim(name, value));
  } else if (name == "sub") {
    HF_TRY(claims.subject, text_claim(name, value));
  } else if (name == "aud") {
    HF_TRY(claims.audience, audience_claim(value));
  } else if (name == "exp") {
    HF_TRY(claims.expires_at, time_claim(name, value));
  } else if (name == "nbf") {
    HF_TRY(claims.not_before, time_claim(name, value));
  } else if (name == "iat") {
    HF_TRY(claims.issued_at, time_claim(name, value));
  }
  return {};
}

Result<Claims> parse_claims(std::string_view encoded) {
  auto json = base64url_decode(encoded);
  if (!json) return bad_token("JWT cryptographic operation failed", "The payload is not base64url.");
  dom::parser parser;
  dom::object object;
  if (parser.parse(*json).get(object) != simdjson::SUCCESS)
    return bad_token("JWT cryptographic operation failed", "The payload is not a JSON object.");
  Claims claims{.json = *json};
  std::set<std::string_view> seen;
  for (const auto [name, value] : object) {
    // Readers of JSON disagree about which of two equal names counts.
    if (!seen.insert(name).second)
      return bad_claim("The JWT has the claim '" + std::string(name) + "' more than once");
    HF_CHECK(read_claim(claims, name, value));
  }
  return claims;
}

}  // namespace

Result<Claims> verify_token(const VerificationKeys& keys, std::string_view token) {
  if (!has_keys(keys)) return Error{.code = "PGRST300", .message = "Server lacks JWT secret"};
  HF_TRY(const Parts parts, split(token));
  HF_TRY(const Header header, parse_header(parts.header));
  HF_CHECK(check_signature(keys, header, parts));
  return parse_claims(parts.payload);
}

Result<void> check_claims(const Claims& claims, const ClaimRules& rules, std::int64_t now_seconds) {
  const auto now = static_cast<double>(now_seconds);
  const auto leeway = static_cast<double>(rules.leeway.count());
  if (claims.expires_at && now >= *claims.expires_at + leeway) return bad_claim("JWT expired");
  if (claims.not_before && now < *claims.not_before - leeway) return bad_claim("JWT not yet valid");
  if (claims.issued_at && now < *claims.issued_at - leeway) return bad_claim("JWT issued at future");
  if (rules.audience.empty()) return {};
  if (!rules.needs_audience && (!claims.audience || claims.audience->empty())) return {};
  if (!claims.audience || std::ranges::find(*claims.audience, rules.audience) == claims.audience->end())
    return bad_claim("JWT not in audience");
  return {};
}

}  // namespace holdfast::auth::detail
