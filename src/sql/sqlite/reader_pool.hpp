#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/statistics.hpp"

namespace holdfast::sql {

/// Read-only connections, each used by one thread at a time, on that thread.
class ReaderPool {
 public:
  /// All must outlive it.
  ReaderPool(const SqliteOptions& options, const std::atomic<std::uint64_t>& generation,
             Statistics& statistics)
      : options_(options), generation_(generation), statistics_(statistics) {}

  /// Whether all statements of a work see one snapshot, or each its own.
  enum class Snapshot { of_all, of_each };

  Result<void> read(const Session& session, const Database::Work& work, Snapshot snapshot);

 private:
  struct CountedClose {
    Statistics* statistics = nullptr;
    void operator()(SqliteConnection* connection) const {
      delete connection;
      statistics->readers.fetch_sub(1, std::memory_order_relaxed);
    }
  };
  using Reader = std::unique_ptr<SqliteConnection, CountedClose>;

  Result<Reader> take();
  void give_back(Reader reader);

  const SqliteOptions& options_;
  const std::atomic<std::uint64_t>& generation_;
  Statistics& statistics_;
  base::Mutex mutex_;
  /// The one used last is taken first: its cache is warm.
  std::vector<Reader> idle_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::sql
