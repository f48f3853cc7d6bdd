#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "sql/sqlite/sqlite_connection.hpp"

namespace holdfast::sql {

/// Read-only connections, each used by one thread at a time, on that thread.
class ReaderPool {
 public:
  /// Both must outlive it.
  ReaderPool(const SqliteOptions& options, const std::atomic<std::uint64_t>& generation)
      : options_(options), generation_(generation) {}

  /// Runs `work` in one snapshot.
  Result<void> read(const Session& session, const Database::Work& work);

 private:
  using Reader = std::unique_ptr<SqliteConnection>;

  Result<Reader> take();
  void give_back(Reader reader);

  const SqliteOptions& options_;
  const std::atomic<std::uint64_t>& generation_;
  base::Mutex mutex_;
  /// The one used last is taken first: its cache is warm.
  std::vector<Reader> idle_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::sql
