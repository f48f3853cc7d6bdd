#include "auth/api_keys.hpp"

#include <sodium.h>

#include <array>
#include <ctime>

namespace holdfast::auth {
namespace {

constexpr std::string_view kPublishablePrefix = "hf_pub_";
constexpr std::string_view kServicePrefix = "hf_svc_";
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 characters of 62 kinds hold 256.03 bits.
constexpr std::size_t kRandomCharacters = 43;
constexpr std::size_t kShownCharacters = 8;
constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kColumns = "id, kind, name, prefix, created_at, revoked_at";

sql::Session system_session() { return {.principal = base::Principal::system(), .request_id = {}}; }

std::string random_key(KeyKind kind) {
  std::string key(kind == KeyKind::service ? kServicePrefix : kPublishablePrefix);
  for (std::size_t i = 0; i < kRandomCharacters; ++i)
    key += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
  return key;
}

std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  std::string uuid(hex.data());
  for (const std::size_t at : {8U, 13U, 18U, 23U}) uuid.insert(at, 1, '-');
  return uuid;
}

std::string keyed_hash(const Secrets& secrets, std::string_view key) {
  std::array<unsigned char, crypto_generichash_KEYBYTES> secret{};
  sodium_hex2bin(secret.data(), secret.size(), secrets.key_hash_secret.data(), secrets.key_hash_secret.size(),
                 nullptr, nullptr, nullptr);
  std::string hash(kHashBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size(), secret.data(),
                     secret.size());
  sodium_memzero(secret.data(), secret.size());
  return hash;
}

std::string iso_8601(std::int64_t microseconds) {
  const std::time_t seconds = microseconds / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

ApiKey read_key(const sql::Statement& row) {
  const auto text = [&](int column) { return std::string(row.column(column).bytes); };
  const auto time = [&](int column) {
    const auto value = row.column(column);
    return value.is_null() ? std::string() : iso_8601(value.integer);
  };
  return {.id = text(0),
          .kind = text(1) == "service" ? KeyKind::service : KeyKind::publishable,
          .name = text(2),
          .prefix = text(3),
          .created_at = time(4),
          .revoked_at = time(5)};
}

}  // namespace

Result<void> prepare_api_keys(sql::Connection& connection) {
  return connection.execute(
      "CREATE TABLE IF NOT EXISTS hf_api_keys ("
      " id TEXT PRIMARY KEY,"
      " kind TEXT NOT NULL CHECK (kind IN ('publishable', 'service')),"
      " name TEXT NOT NULL,"
      " prefix TEXT NOT NULL,"
      " hash BLOB NOT NULL UNIQUE,"
      " created_at INTEGER NOT NULL,"  // microseconds since 1970
      " revoked_at INTEGER"
      ") STRICT");
}

Result<std::string> create_api_key(sql::Database& database, const Secrets& secrets, KeyKind kind,
                                   std::string_view name) {
  const std::string key = random_key(kind);
  const std::string id = random_uuid();
  const std::string hash = keyed_hash(secrets, key);
  const auto prefix = std::string_view(key).substr(0, kServicePrefix.size() + kShownCharacters);
  const std::string_view kind_text = kind == KeyKind::service ? "service" : "publishable";
  const auto insert = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto statement,
           connection.prepare("INSERT INTO hf_api_keys (id, kind, name, prefix, hash, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6)"));
    HF_CHECK(statement->bind(1, sql::ValueView::of(std::string_view(id))));
    HF_CHECK(statement->bind(2, sql::ValueView::of(kind_text)));
    HF_CHECK(statement->bind(3, sql::ValueView::of(name)));
    HF_CHECK(statement->bind(4, sql::ValueView::of(prefix)));
    HF_CHECK(statement->bind(5, sql::ValueView::of_blob(hash)));
    HF_CHECK(statement->bind(6, sql::ValueView::of(base::now().time_since_epoch().count())));
    HF_CHECK(statement->step());
    return {};
  };
  HF_CHECK(database.write(system_session(), insert));
  return key;
}

Result<std::vector<ApiKey>> list_api_keys(sql::Database& database) {
  std::vector<ApiKey> keys;
  const auto select = [&](sql::Connection& connection) -> Result<void> {
    keys.clear();
    HF_TRY(auto statement, connection.prepare("SELECT " + std::string(kColumns) +
                                              " FROM hf_api_keys ORDER BY created_at, id"));
    while (true) {
      HF_TRY(const bool row, statement->step());
      if (!row) return {};
      keys.push_back(read_key(*statement));
    }
  };
  HF_CHECK(database.read(system_session(), select));
  return keys;
}

Result<void> revoke_api_key(sql::Database& database, std::string_view id_or_prefix) {
  std::int64_t found = 0;
  const auto update = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto statement, connection.prepare("UPDATE hf_api_keys SET revoked_at = coalesce(revoked_at, $2)"
                                              " WHERE id = $1 OR prefix = $1"));
    HF_CHECK(statement->bind(1, sql::ValueView::of(id_or_prefix)));
    HF_CHECK(statement->bind(2, sql::ValueView::of(base::now().time_since_epoch().count())));
    HF_CHECK(statement->step());
    found = statement->affected_rows();
    return {};
  };
  HF_CHECK(database.write(system_session(), update));
  if (found > 0) return {};
  return Error{.code = "HF008",
               .message = "there is no key '" + std::string(id_or_prefix) + "'",
               .hint = "`holdfast key list` shows ids and prefixes."};
}

bool looks_like_api_key(std::string_view text) {
  if (text.size() != kServicePrefix.size() + kRandomCharacters) return false;
  if (!text.starts_with(kPublishablePrefix) && !text.starts_with(kServicePrefix)) return false;
  return text.find_first_not_of(kAlphabet, kServicePrefix.size()) == std::string_view::npos;
}

Result<std::optional<ApiKey>> find_api_key(sql::Database& database, const Secrets& secrets,
                                           std::string_view key) {
  std::optional<ApiKey> found;
  if (!looks_like_api_key(key)) return found;
  const std::string hash = keyed_hash(secrets, key);
  const auto select = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto statement, connection.prepare("SELECT " + std::string(kColumns) +
                                              " FROM hf_api_keys WHERE hash = $1 AND revoked_at IS NULL"));
    HF_CHECK(statement->bind(1, sql::ValueView::of_blob(hash)));
    HF_TRY(const bool row, statement->step());
    if (row) found = read_key(*statement);
    return {};
  };
  HF_CHECK(database.read(system_session(), select));
  return found;
}

}  // namespace holdfast::auth
