#pragma once

#include <atomic>

#include "base/deadline.hpp"
#include "base/mutex.hpp"
#include "sql/database.hpp"

namespace holdfast::library {

/// Where the log stands, for those who wait for more. Any thread.
class CommitSignal {
 public:
  enum class Outcome : std::uint8_t { moved, late, cancelled, closed };

  /// On the writer's thread.
  void move_to(sql::Position position);
  void close();
  /// Somebody's `cancelled` has been set.
  void wake();
  /// Until something lies beyond `position`. `cancelled` may be null.
  Outcome wait_beyond(sql::Position position, base::Deadline deadline, const std::atomic<bool>* cancelled);

 private:
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  sql::Position position_ HF_GUARDED_BY(mutex_) = 0;
  int waiting_ HF_GUARDED_BY(mutex_) = 0;
  bool closed_ HF_GUARDED_BY(mutex_) = false;
};

}  // namespace holdfast::library
