#pragma once

#include <atomic>
#include <cstdint>

#include "base/metrics.hpp"

namespace holdfast::sql {

/// What a database has done since it was opened. Any thread may read; written relaxed.
struct Statistics {
  base::Histogram<9> batch_members{{1, 2, 4, 8, 16, 32, 64, 128, 256}};
  /// From the first member to the answers.
  base::Histogram<12> batch_seconds{
      {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5}};
  /// COMMIT alone.
  base::Histogram<12> commit_seconds{
      {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5}};
  std::atomic<std::int64_t> wal_pages = 0;
  std::atomic<std::int64_t> readers = 0;  ///< open read connections
};

}  // namespace holdfast::sql
