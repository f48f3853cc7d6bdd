#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "sql/change_observer.hpp"
#include "sql/database.hpp"

struct sqlite3;

namespace holdfast::sql {

/// Registers functions and collations on a fresh connection. `session` is the connection's own and outlives
/// what is registered: read it when a function runs, not when it is registered. `PRAGMA trusted_schema` is
/// off: what CHECKs, triggers, indexes, generated columns and views call must be SQLITE_INNOCUOUS.
using ConnectionSetup = std::function<Result<void>(sqlite3* connection, const Session& session)>;

struct SqliteOptions {
  std::filesystem::path file;
  /// Run in order on the write connection and on every reader.
  std::vector<ConnectionSetup> setups;
  /// Sees changes; may be null. Shared with the log room, which must outlive the database.
  ChangeObserver* observer = nullptr;
  /// Most members in one group commit.
  std::size_t max_batch = 256;
  /// Group commit off (one commit a member), for benchmarks that compare.
  bool batching = true;
  std::size_t max_idle_readers = 8;
  std::size_t statements_per_connection = 256;
  std::size_t cache_bytes_per_connection = 8U << 20U;
  /// Of all SQLite memory in this process; beyond it 53200. 0: no limit. The database opened last decides.
  std::size_t heap_limit_bytes = 0;
  /// At most; a writer whose changed pages do not fit writes them to the log again and again.
  std::size_t writer_cache_bytes = 64U << 20U;
  /// The write-ahead log is copied into the database beyond so many pages of 4 KiB.
  int checkpoint_pages = 12000;
};

/// SQLite with WAL and synchronous=FULL: one writer thread that commits in groups, readers on the callers'
/// threads. Opens the writer first, so that WAL recovery is over before a reader comes. The destructor
/// answers every queued write with HF005 and joins the writer.
///
/// Source of the rules it keeps: https://sqlite.org/wal.html, https://sqlite.org/c3ref/preupdate_count.html
Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options);

/// Every connection runs its setups again before its next use: the catalogue has changed (new enums, new
/// functions). Statement caches are dropped.
void refresh_connections(Database& database);

}  // namespace holdfast::sql
