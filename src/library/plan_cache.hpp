#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "holdfast/rows.hpp"
#include "schema/catalogue.hpp"
#include "schema/query.hpp"

namespace holdfast::library {

/// A statement, translated once for a role.
struct Plan {
  schema::CompiledQuery query;
  std::shared_ptr<const std::vector<v0::Column>> columns;  // shared by the answers made with it
  /// It asks full-text indexes, which follow the log.
  bool searches = false;
};
using PlanPtr = std::shared_ptr<const Plan>;  // shared by the cache and the calls that run it at this moment

/// Plans by role and text. Any thread.
class PlanCache {
 public:
  /// Forgets every plan: those of an older catalogue are not kept even when they are made later.
  void set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue);
  /// Compiles where there is none. Errors: schema::compile_query.
  Result<PlanPtr> get(std::string_view role, std::string_view sql);
  [[nodiscard]] std::shared_ptr<const schema::Catalogue> catalogue() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using ByText = std::unordered_map<std::string, PlanPtr, Hash, std::equal_to<>>;

  [[nodiscard]] PlanPtr find(std::string_view role, std::string_view sql) const;

  mutable base::SharedMutex mutex_;
  std::shared_ptr<const schema::Catalogue> catalogue_ HF_GUARDED_BY(mutex_);
  std::map<std::string, ByText, std::less<>> by_role_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::library
