#pragma once

#include <atomic>
#include <cstdint>

#include "base/mutex.hpp"
#include "base/result.hpp"

namespace holdfast::library {

/// Who is inside a store at this moment, so that closing it can wait for them and calls that would wait for
/// themselves are refused.
class Calls {
 public:
  /// One call, while it lives; or work that the store does for one, on the writer's thread.
  class Guard {
   public:
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    /// False where the store is closing: the caller gives closed_error().
    [[nodiscard]] bool inside() const { return counted_ || in_work_; }

   private:
    friend class Calls;
    Guard(Calls& calls, bool in_work);
    Calls& calls_;
    const Guard* outer_;
    bool in_work_;
    bool counted_ = false;
  };

  [[nodiscard]] Guard enter() { return {*this, false}; }
  /// Around a function of the user's that runs on the writer's thread, whose own call is counted elsewhere.
  [[nodiscard]] Guard work() { return {*this, true}; }
  /// A call that goes on when its guard has gone, until leave(): a write that nobody waits for. Inside a
  /// guard.
  void stay() { inside_.fetch_add(1); }
  void leave();
  /// This thread is inside a call or inside work of this store.
  [[nodiscard]] bool on_this_thread() const;
  /// This thread is inside a function that the writer runs: to wait for a write here would be for ever.
  [[nodiscard]] bool working_on_this_thread() const;

  /// No more calls; returns when none is inside. False when it was closed before.
  [[nodiscard]] bool close();

  [[nodiscard]] static base::Error closed_error();
  [[nodiscard]] static base::Error misplaced(const char* what, const char* hint);

 private:
  static constexpr std::uint64_t kClosing = std::uint64_t{1} << 63U;
  std::atomic<std::uint64_t> inside_ = 0;
  base::Mutex mutex_;
  base::ConditionVariable left_;
};

}  // namespace holdfast::library
