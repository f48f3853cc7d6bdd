#include "auth/authenticator.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "auth/api_keys.hpp"
#include "auth/detail/jwt.hpp"
#include "auth/detail/principal_cache.hpp"
#include "auth/detail/roles.hpp"
#include "base/json_writer.hpp"

namespace holdfast::auth {
namespace {

using detail::PrincipalCache;

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What follows `Bearer`; nothing for another scheme or none.
std::optional<std::string_view> bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer";
  const auto text = trimmed(authorization);
  const bool is_bearer = text.size() >= kScheme.size() &&
                         std::equal(kScheme.begin(), kScheme.end(), text.begin(), [](char want, char have) {
                           return want == std::tolower(static_cast<unsigned char>(have));
                         });
  if (!is_bearer) return std::nullopt;
  const auto rest = text.substr(kScheme.size());
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return std::nullopt;
  return trimmed(rest);
}

base::Principal anonymous() {
  base::Principal principal;
  principal.claims_json = R"({"role":"anon"})";
  return principal;
}

Error unknown_key() {
  return {.code = "HF007",
          .message = "Invalid API key",
          .hint = "Send a key that `holdfast key create` printed and that was not revoked."};
}

/// The claims with the role in them, which policies and clients look for there.
std::string claims_with_role(const std::string& claims, std::string_view role) {
  std::string json = R"({"role":)";
  base::append_json_string(json, role);
  const auto members = claims.find_first_not_of(" \t\r\n", claims.find('{') + 1);
  if (claims[members] != '}') json += ',';
  return json.append(claims, members);
}

std::int64_t last_valid_second(const detail::Claims& claims, std::chrono::seconds leeway) {
  constexpr double kFarFuture = 1e15;
  if (!claims.expires_at || *claims.expires_at > kFarFuture) return kForever;
  return static_cast<std::int64_t>(std::ceil(*claims.expires_at)) + leeway.count();
}

}  // namespace

struct Authenticator::State {
  sql::Database& database;
  Secrets secrets;
  AuthOptions options;
  /// An error when the stored key cannot be read: then every token is refused with it.
  Result<detail::VerificationKeys> keys;
  PrincipalCache tokens;
  PrincipalCache api_keys;

  [[nodiscard]] std::int64_t now() const {
    const auto at = options.clock
                        ? options.clock()
                        : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return at.time_since_epoch().count();
  }

  Result<PrincipalCache::EntryPtr> of_key(std::string_view key);
  Result<PrincipalCache::EntryPtr> of_token(std::string_view token);
  Result<PrincipalCache::EntryPtr> verify(std::string_view token) const;
};

namespace {

Result<detail::VerificationKeys> verification_keys(const Secrets& secrets, const AuthOptions& options) {
  HF_TRY(auto foreign, detail::read_foreign_keys(options.jwt_secret));
  detail::VerificationKeys keys{.es256 = {},
                                .es256_key_id = secrets.es256_key_id,
                                .hs256_secrets = std::move(foreign.hs256_secrets),
                                .rs256 = std::move(foreign.rs256)};
  keys.hs256_secrets.push_back(secrets.hs256_secret);
  if (secrets.es256_private_pem.empty()) return keys;
  HF_TRY(keys.es256, detail::EcKey::from_private_pem(secrets.es256_private_pem));
  return keys;
}

}  // namespace

Authenticator::Authenticator(sql::Database& database, Secrets secrets, AuthOptions options) {
  auto keys = verification_keys(secrets, options);
  const std::size_t capacity = options.cache_entries;
  state_.reset(new State{.database = database,
                         .secrets = std::move(secrets),
                         .options = std::move(options),
                         .keys = std::move(keys),
                         .tokens = PrincipalCache(capacity),
                         .api_keys = PrincipalCache(capacity)});
}

Authenticator::~Authenticator() = default;

void Authenticator::forget_keys() { state_->api_keys.forget_all(); }

Result<PrincipalCache::EntryPtr> Authenticator::State::of_key(std::string_view key) {
  const auto digest = api_keys.digest(key);
  if (auto known = api_keys.find(digest, 0)) return known;
  const auto generation = api_keys.generation();
  HF_TRY(const auto found, find_api_key(database, secrets, key));
  if (!found) return unknown_key();
  const std::string role = found->kind == KeyKind::service ? base::kServiceRole : base::kAnonRole;
  PrincipalCache::EntryPtr entry = std::make_shared<const PrincipalCache::Entry>(
      PrincipalCache::Entry{.principal = {.role = role,
                                          .subject = {},
                                          .claims_json = R"({"role":")" + role + R"("})",
                                          .key_prefix = found->prefix},
                            .valid_until_seconds = kForever});
  api_keys.put(digest, entry, generation);
  return entry;
}

Result<PrincipalCache::EntryPtr> Authenticator::State::verify(std::string_view token) const {
  if (!keys.ok()) return keys.error();
  HF_TRY(const detail::Claims claims, detail::verify_token(*keys, token));
  const std::chrono::seconds leeway(options.leeway_seconds);
  HF_CHECK(detail::check_claims(
      claims, {.audience = options.audience, .needs_audience = options.needs_audience, .leeway = leeway},
      now()));
  const std::string role = claims.role.value_or(options.default_role);
  if (!claims.role && role.empty()) return Error{.code = "PGRST302", .message = "The token names no role"};
  const bool allowed =
      role != base::kSystemRole && (options.is_role ? options.is_role(role) : detail::is_token_role(role));
  if (!allowed) return Error{.code = "42501", .message = "permission denied to set role \"" + role + "\""};
  return std::make_shared<const PrincipalCache::Entry>(PrincipalCache::Entry{
      .principal = {.role = role,
                    .subject = claims.subject,
                    .claims_json = claims.role ? claims.json : claims_with_role(claims.json, role),
                    .key_prefix = {}},
      .valid_until_seconds = last_valid_second(claims, leeway)});
}

Result<PrincipalCache::EntryPtr> Authenticator::State::of_token(std::string_view token) {
  const auto digest = tokens.digest(token);
  if (auto known = tokens.find(digest, now())) return known;
  const auto generation = tokens.generation();
  HF_TRY(auto entry, verify(token));
  tokens.put(digest, entry, generation);
  return entry;
}

Result<base::Principal> Authenticator::authenticate(const Credentials& credentials) {
  const auto key = trimmed(credentials.apikey);
  const auto token = bearer(credentials.authorization);
  if (key.empty()) {
    if (token) {
      HF_TRY(const auto entry,
             looks_like_api_key(*token) ? state_->of_key(*token) : state_->of_token(*token));
      return entry->principal;
    }
    if (state_->options.allow_no_key) return anonymous();
    return Error{.code = "PGRST302",
                 .message = "No API key found in request",
                 .hint = "Send the header `apikey` with a key that `holdfast key create` printed."};
  }
  HF_TRY(const auto holder, state_->of_key(key));
  if (!token || *token == key) return holder->principal;
  HF_TRY(const auto caller, state_->of_token(*token));
  auto principal = caller->principal;
  principal.key_prefix = holder->principal.key_prefix;
  return principal;
}

}  // namespace holdfast::auth
