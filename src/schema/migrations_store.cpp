#include "schema/migrations_store.hpp"

#include <sodium.h>

#include <array>
#include <cstdio>

#include "base/time.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::string_view kTables =
    "CREATE TABLE IF NOT EXISTS hf_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS hf_migration_history (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, "
    "name TEXT NOT NULL, direction TEXT NOT NULL CHECK (direction IN ('up', 'down')), checksum TEXT NOT "
    "NULL, "
    "sql TEXT NOT NULL, ran_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS hf_sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL, "
    "increment INTEGER NOT NULL) STRICT;";

Result<void> run(sql::Connection& connection, std::string_view text,
                 std::initializer_list<sql::ValueView> values) {
  HF_TRY(auto statement, connection.prepare(text));
  int position = 0;
  for (const auto& value : values) HF_CHECK(statement->bind(++position, value));
  HF_CHECK(statement->step());
  return {};
}

std::string text_of(const sql::Statement& statement, int column) {
  return std::string(statement.column(column).bytes);
}

std::int64_t microseconds_now() { return base::now().time_since_epoch().count(); }

}  // namespace

std::string checksum_of(std::string_view sql) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
  std::array<char, digest.size() * 2 + 1> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

Result<void> prepare_migration_tables(sql::Connection& connection) { return connection.execute(kTables); }

Result<std::vector<AppliedMigration>> read_applied(sql::Connection& connection) {
  HF_TRY(auto statement,
         connection.prepare("SELECT number, name, checksum, applied_at FROM hf_migrations ORDER BY number"));
  std::vector<AppliedMigration> applied;
  for (;;) {
    HF_TRY(const bool more, statement->step());
    if (!more) return applied;
    applied.push_back({.number = static_cast<int>(statement->column(0).integer),
                       .name = text_of(*statement, 1),
                       .checksum = text_of(*statement, 2),
                       .applied_at = statement->column(3).integer});
  }
}

Result<std::vector<HistoryEntry>> read_history(sql::Connection& connection) {
  HF_TRY(auto statement,
         connection.prepare("SELECT number, name, direction, sql FROM hf_migration_history ORDER BY id"));
  std::vector<HistoryEntry> history;
  for (;;) {
    HF_TRY(const bool more, statement->step());
    if (!more) return history;
    history.push_back({.number = static_cast<int>(statement->column(0).integer),
                       .name = text_of(*statement, 1),
                       .up = text_of(*statement, 2) == "up",
                       .sql = text_of(*statement, 3)});
  }
}

Result<void> record_run(sql::Connection& connection, const HistoryEntry& entry) {
  const auto checksum = checksum_of(entry.sql);
  const auto now = microseconds_now();
  const auto number = sql::ValueView::of(static_cast<std::int64_t>(entry.number));
  HF_CHECK(run(connection,
               "INSERT INTO hf_migration_history (number, name, direction, checksum, sql, ran_at) "
               "VALUES ($1, $2, $3, $4, $5, $6)",
               {number, sql::ValueView::of(std::string_view(entry.name)),
                sql::ValueView::of(std::string_view(entry.up ? "up" : "down")),
                sql::ValueView::of(std::string_view(checksum)),
                sql::ValueView::of(std::string_view(entry.sql)), sql::ValueView::of(now)}));
  if (!entry.up) return run(connection, "DELETE FROM hf_migrations WHERE number = $1", {number});
  return run(connection,
             "INSERT INTO hf_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
             {number, sql::ValueView::of(std::string_view(entry.name)),
              sql::ValueView::of(std::string_view(checksum)), sql::ValueView::of(now)});
}

std::string file_label(const HistoryEntry& entry) {
  char number[16];
  std::snprintf(number, sizeof number, "%03d", entry.number);
  return std::string(number) + "_" + entry.name + (entry.up ? ".up.sql" : ".down.sql");
}

}  // namespace holdfast::schema::detail
