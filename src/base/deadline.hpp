#pragma once

#include <chrono>

namespace holdfast::base {

/// The moment at which work must have ended. Monotonic; never() does not pass.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] static Deadline never() { return Deadline{Clock::time_point::max()}; }
  [[nodiscard]] static Deadline after(Clock::duration wait) { return Deadline{Clock::now() + wait}; }

  [[nodiscard]] bool is_never() const { return at_ == Clock::time_point::max(); }
  [[nodiscard]] bool passed() const { return !is_never() && Clock::now() >= at_; }
  [[nodiscard]] Clock::time_point at() const { return at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace holdfast::base
