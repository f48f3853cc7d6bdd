#include "library/plan_cache.hpp"

#include "library/type_inside.hpp"

namespace holdfast::library {
namespace {

/// A role's plans begin anew beyond this number: texts with values written into them must not fill the
/// memory.
constexpr std::size_t kMostPlans = 2048;

Result<PlanPtr> compile(const schema::Catalogue& catalogue, std::string_view role, std::string_view sql) {
  auto plan = std::make_shared<Plan>();
  HF_TRY(plan->query, schema::compile_query(catalogue, role, sql));
  std::vector<v0::Column> columns;
  for (const auto& output : plan->query.outputs)
    columns.push_back(v0::detail::TypeInside::column(output.name, output.type));
  plan->columns = std::make_shared<const std::vector<v0::Column>>(std::move(columns));
  plan->searches = plan->query.sql.find("fts.") != std::string::npos;
  return PlanPtr(std::move(plan));
}

}  // namespace

void PlanCache::set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) {
  const base::WriterLock lock(mutex_);
  catalogue_ = std::move(catalogue);
  by_role_.clear();
}

std::shared_ptr<const schema::Catalogue> PlanCache::catalogue() const {
  const base::ReaderLock lock(mutex_);
  return catalogue_;
}

PlanPtr PlanCache::find(std::string_view role, std::string_view sql) const {
  const base::ReaderLock lock(mutex_);
  const auto plans = by_role_.find(role);
  if (plans == by_role_.end()) return nullptr;
  const auto plan = plans->second.find(sql);
  return plan == plans->second.end() ? nullptr : plan->second;
}

Result<PlanPtr> PlanCache::get(std::string_view role, std::string_view sql) {
  if (auto plan = find(role, sql)) return plan;
  const auto compiled_with = catalogue();
  HF_TRY(auto plan, compile(*compiled_with, role, sql));
  const base::WriterLock lock(mutex_);
  if (catalogue_ != compiled_with) return plan;
  auto& plans = by_role_[std::string(role)];
  if (plans.size() >= kMostPlans) plans.clear();
  plans.insert_or_assign(std::string(sql), plan);
  return plan;
}

}  // namespace holdfast::library
