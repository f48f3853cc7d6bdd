#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.hpp"
#include "log/log_scan.hpp"

namespace holdfast::log {

/// A commit with all its changes.
struct LoggedCommit {
  Commit commit;
  std::vector<Change> changes;
};
/// Shared by the tail and by streams that stand amid the commit.
using LoggedCommitPtr = std::shared_ptr<const LoggedCommit>;

/// A scan's changes put to their commits.
[[nodiscard]] std::vector<LoggedCommitPtr> by_commit(LogScan scan);

/// The newest commits, decoded once for all who follow the log. Holds about kTailBytes, and the newest commit
/// however large it is. Any thread.
class LogTail {
 public:
  /// Forgets everything; what is appended next follows `position`.
  void restart(Position position);
  /// What does not follow the last one is passed over.
  void append(std::vector<LoggedCommitPtr> commits);
  [[nodiscard]] Position end() const;
  /// Up to `most` commits after `position`; nothing where the tail does not reach back so far.
  [[nodiscard]] std::optional<std::vector<LoggedCommitPtr>> after(Position position, std::size_t most) const;

 private:
  struct Entry {
    LoggedCommitPtr commit;
    std::size_t bytes = 0;
  };

  mutable base::Mutex mutex_;
  std::deque<Entry> commits_ HF_GUARDED_BY(mutex_);
  std::size_t bytes_ HF_GUARDED_BY(mutex_) = 0;
  Position begin_ HF_GUARDED_BY(mutex_) = 0;  ///< commits_ begins after it
  Position end_ HF_GUARDED_BY(mutex_) = 0;
};

inline constexpr std::size_t kTailBytes = 4U << 20U;

}  // namespace holdfast::log
