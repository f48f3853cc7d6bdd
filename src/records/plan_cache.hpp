#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "records/compile_read.hpp"

namespace holdfast::records {

/// Compiled reads by role and request shape. Any thread.
class PlanCache {
 public:
  /// Null where it has none.
  [[nodiscard]] std::shared_ptr<const CompiledRead> find(const std::string& key) const {
    const std::shared_lock lock(mutex_);
    const auto at = plans_.find(key);
    return at == plans_.end() ? nullptr : at->second;
  }

  std::shared_ptr<const CompiledRead> keep(const std::string& key, CompiledRead plan) {
    auto kept = std::make_shared<const CompiledRead>(std::move(plan));
    const std::unique_lock lock(mutex_);
    // Clients have few shapes; who sends ever new ones must not fill the memory.
    constexpr std::size_t kMostPlans = 1024;
    if (plans_.size() >= kMostPlans) plans_.clear();
    plans_[key] = kept;
    return kept;
  }

 private:
  mutable std::shared_mutex mutex_;
  // Shared by the cache and the requests that run the plan at this moment.
  std::unordered_map<std::string, std::shared_ptr<const CompiledRead>> plans_;
};

}  // namespace holdfast::records
