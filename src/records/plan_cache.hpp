#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/mutex.hpp"
namespace holdfast::records {

/// A longer key is not kept: it would be names that a client made up.
inline constexpr std::size_t kLongestPlanKey = 4096;

/// Plans by role and request shape. Any thread.
template <class Plan>
class PlanCache {
 public:
  /// Null where it has none.
  [[nodiscard]] std::shared_ptr<const Plan> find(const std::string& key) const {
    const base::ReaderLock lock(mutex_);
    const auto at = plans_.find(key);
    return at == plans_.end() ? nullptr : at->second;
  }

  std::shared_ptr<const Plan> keep(const std::string& key, Plan plan) {
    auto kept = std::make_shared<const Plan>(std::move(plan));
    const base::WriterLock lock(mutex_);
    // Clients have few shapes; who sends ever new ones must not fill the memory.
    constexpr std::size_t kMostPlans = 1024;
    if (plans_.size() >= kMostPlans) plans_.clear();
    plans_[key] = kept;
    return kept;
  }

 private:
  mutable base::SharedMutex mutex_;
  // Shared by the cache and the requests that run the plan at this moment.
  std::unordered_map<std::string, std::shared_ptr<const Plan>> plans_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::records
