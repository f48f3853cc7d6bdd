#pragma once

#include <limits>
#include <vector>

#include "log/change_log.hpp"

namespace holdfast::log {

struct ScanLimits {
  /// Ends after the commit that reaches so many changes that the filter lets through.
  std::size_t changes = 0;
  /// Ends after the commit that reaches so many changes of any table.
  std::size_t scanned = std::numeric_limits<std::size_t>::max();
  /// Whether who made them is wanted too: LogScan::commits.
  bool with_commits = true;
};

/// Whole commits, in order.
struct LogScan {
  std::vector<Commit> commits;  ///< those whose changes are below, and others that the filter left out
  std::vector<Change> changes;
  Position upto = 0;  ///< everything up to here has been looked at
  bool more = false;  ///< there are commits beyond
};

/// HF013 when the log no longer holds what follows `since`; HF012 when its bytes are damaged.
Result<LogScan> scan_log(sql::Connection& connection, Position since, ScanLimits limits,
                         const ChangeFilter& filter);

/// HF013 where the log has never come as far as `since`: it was restored to an earlier state, or the
/// position is another log's. Followers of such a position would miss what is written below it.
Result<void> check_reached(sql::Connection& connection, Position since);

}  // namespace holdfast::log
