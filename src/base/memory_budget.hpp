#pragma once

#include <atomic>
#include <cstddef>

#include "base/error.hpp"

namespace holdfast::base {

/// How many bytes requests may hold at a time, all together: bodies, what is made of them, answers that have
/// not left. Any thread. It counts and does not allocate.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  [[nodiscard]] std::size_t limit_bytes() const { return limit_.load(std::memory_order_relaxed); }
  void set_limit(std::size_t bytes) { limit_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used_bytes() const { return used_.load(std::memory_order_relaxed); }

  /// What to tell a client whose request of `bytes` found no room: 54000 when it never can, else 53200.
  [[nodiscard]] Error exhausted(std::size_t bytes) const;

 private:
  friend class MemoryShare;
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::atomic<std::size_t> limit_;
  std::atomic<std::size_t> used_ = 0;
};

/// The process's own: without a limit until an engine sets it from its setting memory_limit.
MemoryBudget& request_memory();

/// What one holder has of a budget; given back when it ends. One thread at a time.
class MemoryShare {
 public:
  /// Little is not counted: the limit on connections bounds it.
  static constexpr std::size_t kUncounted = 4096;

  explicit MemoryShare(MemoryBudget& budget = request_memory()) : budget_(&budget) {}
  ~MemoryShare() { resize(0); }
  MemoryShare(MemoryShare&& from) noexcept;
  MemoryShare& operator=(MemoryShare&& from) noexcept;

  /// Holds `bytes` from now on, more or fewer than before. False: there is no room, and nothing has changed.
  bool resize(std::size_t bytes);
  [[nodiscard]] std::size_t bytes() const { return held_; }

 private:
  MemoryBudget* budget_;
  std::size_t held_ = 0;
};

}  // namespace holdfast::base
