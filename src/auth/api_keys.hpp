#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/secrets.hpp"
#include "base/result.hpp"
#include "sql/database.hpp"

namespace holdfast::auth {

enum class KeyKind { publishable, service };

struct ApiKey {
  std::string id;  ///< uuid
  KeyKind kind = KeyKind::publishable;
  std::string name;
  std::string prefix;  ///< `hf_pub_1a2b3c4d`, for display
  std::string created_at;
  std::string revoked_at;  ///< empty while it is valid
};

/// The platform's keys (`hf_pub_...`, `hf_svc_...`), 256 random bits each; only a keyed hash is stored.
/// Makes the table hf_api_keys where it is not there. Call inside exclusive().
Result<void> prepare_api_keys(sql::Connection& connection);

/// Gives the key itself, this once.
Result<std::string> create_api_key(sql::Database& database, const Secrets& secrets, KeyKind kind,
                                   std::string_view name);
/// Oldest first, revoked ones too.
Result<std::vector<ApiKey>> list_api_keys(sql::Database& database);
/// By id or prefix. HF008 when there is none. The caller tells the Authenticator to forget_keys().
Result<void> revoke_api_key(sql::Database& database, std::string_view id_or_prefix);

/// Whether a text is in the form of a key, known or not.
[[nodiscard]] bool looks_like_api_key(std::string_view text);
/// The valid key that `key` is; nothing when it is unknown or revoked.
Result<std::optional<ApiKey>> find_api_key(sql::Database& database, const Secrets& secrets,
                                           std::string_view key);

}  // namespace holdfast::auth
