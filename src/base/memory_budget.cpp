#include "base/memory_budget.hpp"

#include <limits>
#include <string>
#include <utility>

namespace holdfast::base {

MemoryBudget& request_memory() {
  static MemoryBudget budget(std::numeric_limits<std::size_t>::max());
  return budget;
}

bool MemoryBudget::take(std::size_t bytes) {
  if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_bytes()) return true;
  give_back(bytes);
  return false;
}

Error MemoryBudget::exhausted(std::size_t bytes) const {
  if (bytes > limit_bytes()) {
    return {.code = "54000",
            .message = "The request needs more memory than all requests together may have",
            .details = "About " + std::to_string(bytes) + " bytes of " + std::to_string(limit_bytes()) + ".",
            .hint = "Send or ask for less at a time, or raise memory_limit."};
  }
  return {.code = "53200",
          .message = "Requests under way have all the memory that there is for them",
          .details = std::to_string(limit_bytes()) + " bytes.",
          .hint = "Try again later, or raise memory_limit.",
          .retryable = true};
}

MemoryShare::MemoryShare(MemoryShare&& from) noexcept
    : budget_(from.budget_), held_(std::exchange(from.held_, 0)) {}

MemoryShare& MemoryShare::operator=(MemoryShare&& from) noexcept {
  if (this != &from) {
    resize(0);
    budget_ = from.budget_;
    held_ = std::exchange(from.held_, 0);
  }
  return *this;
}

bool MemoryShare::resize(std::size_t bytes) {
  const std::size_t wanted = bytes <= kUncounted ? 0 : bytes;
  if (wanted > held_ && !budget_->take(wanted - held_)) return false;
  if (wanted < held_) budget_->give_back(held_ - wanted);
  held_ = wanted;
  return true;
}

}  // namespace holdfast::base
