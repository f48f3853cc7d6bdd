#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "records/body.hpp"
#include "records/compile_read.hpp"
#include "records/plan_cache.hpp"
#include "records/read_plan.hpp"
#include "types/codec.hpp"

namespace holdfast::records {

/// A function call, compiled: all but the values of its arguments.
struct CallPlan {
  const schema::Function* function = nullptr;
  /// The body's statements; the last gives the result.
  std::vector<schema::CompiledQuery> statements{};
  /// Relation results: filters, order and select= over the last statement.
  std::optional<CompiledRead> result{};
  /// Statements of a function that is not volatile, or that is called with GET, may not write.
  bool read_only = false;
  /// Full-text indexes are asked: search::TextSearch::catch_up() comes first.
  bool uses_text_index = false;

  [[nodiscard]] bool is_void() const { return function->returns.is(types::Kind::void_type); }
  [[nodiscard]] bool is_scalar() const {
    return function->returns_columns.empty() && !function->returns_table.has_value();
  }
};

struct PlannedCall {
  std::shared_ptr<const CallPlan> plan;  ///< shared with `kept` and with requests of the same shape
  std::vector<types::Stored> arguments{};
};

/// Finds the function that the arguments' names mean, and compiles the call or finds it in `kept`. Errors:
/// PGRST202, PGRST203, PGRST128, 42501, 25006, and those of reads.
Result<PlannedCall> plan_call(const PlanContext& context, std::string_view role, const Request& request,
                              std::string_view body, PlanCache<CallPlan>& kept);

}  // namespace holdfast::records
