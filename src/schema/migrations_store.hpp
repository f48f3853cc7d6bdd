#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/connection.hpp"

namespace holdfast::schema::detail {

/// What hf_migrations says of one applied file.
struct AppliedMigration {
  int number = 0;
  std::string name;
  std::string checksum;
  std::int64_t applied_at = 0;  ///< microseconds since 1970-01-01 UTC
};

/// One run of a file, up or down, with the text that ran. Rows are only ever added.
struct HistoryEntry {
  int number = 0;
  std::string name;
  bool up = true;
  std::string sql;
};

/// SHA-256 in hexadecimal.
[[nodiscard]] std::string checksum_of(std::string_view sql);

/// Creates hf_migrations, hf_migration_history and hf_sequences where they are missing.
Result<void> prepare_migration_tables(sql::Connection& connection);
Result<std::vector<AppliedMigration>> read_applied(sql::Connection& connection);
Result<std::vector<HistoryEntry>> read_history(sql::Connection& connection);
/// Inside the transaction of the file itself.
Result<void> record_run(sql::Connection& connection, const HistoryEntry& entry);

/// `007_name.up.sql`
[[nodiscard]] std::string file_label(const HistoryEntry& entry);

}  // namespace holdfast::schema::detail
