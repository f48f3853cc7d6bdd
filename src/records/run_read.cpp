#include <algorithm>
#include <functional>

#include "records/output_zone.hpp"
#include "records/rows.hpp"
#include "records/run.hpp"

namespace holdfast::records {

OutputForm output_form(const Task& task) {
  const auto& timezone = task.request.preferences.timezone;
  return {task.media, timezone.has_value() ? find_output_zone(*timezone) : std::nullopt};
}

namespace {

// An estimate counts exactly as far as max-rows, and one row more to see that there are more.
std::optional<std::size_t> count_limit(const Engine& engine, const Preferences& preferences) {
  if (preferences.count != Preferences::Count::estimated || engine.options.max_rows == 0) return std::nullopt;
  return engine.options.max_rows + 1;
}

Result<std::optional<std::int64_t>> total_rows(const Engine& engine, sql::Connection& connection,
                                               const CompiledRead& read, const BindSources& sources) {
  std::optional<std::int64_t> total;
  if (!read.count.sql.empty()) {
    HF_TRY(const auto counted, select_integers(connection, read.count, sources));
    total = counted.empty() ? 0 : counted.front();
  }
  const bool few = total.has_value() && engine.options.max_rows > 0 &&
                   *total <= static_cast<std::int64_t>(engine.options.max_rows);
  if (!read.estimate.has_value() || few) return total;
  HF_TRY(const auto planned, estimated_rows(connection, *read.estimate, *sources.literals));
  return std::optional{std::max(planned, total.value_or(0))};
}

}  // namespace

Result<CompiledRead> plan_relation_read(const Engine& engine, const Task& task) {
  const PlanContext context{*task.schema->catalogue, task.schema->relationships, engine.options};
  const Request& request = task.request;
  HF_TRY(const auto* table, find_relation(context, request.schema, request.name));
  HF_TRY(auto root, plan_read(context, request, *table, false));
  // The top level's range comes in as parameters.
  root.range = {};
  const ReadShape shape{.limited = !request.top_range.is_all() || engine.options.max_rows > 0,
                        .counted = request.preferences.counts(),
                        .count_limit = count_limit(engine, request.preferences),
                        .estimated = request.preferences.estimates(),
                        .text_indexes = engine.text_search != nullptr};
  return compile_read(*task.schema->catalogue, task.session.principal.role, root, shape);
}

Result<Outcome> run_read(const Engine& engine, const ReadRun& run, const CompiledRead& read) {
  if (read.uses_text_index && engine.text_search != nullptr) {
    HF_CHECK(engine.text_search->catch_up(run.session.deadline));
  }
  Range range = run.range;
  if (engine.options.max_rows > 0) {
    const auto most = static_cast<std::int64_t>(engine.options.max_rows);
    range.limit = std::min(range.limit.value_or(most), most);
  }
  Outcome outcome;
  const BindSources sources{.literals = &run.literals, .range = &range};
  const auto rows_alone = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto rows, read_rows(connection, read, sources, run.form));
    outcome.body = std::move(rows.body);
    outcome.rows = rows.rows;
    return {};
  };
  if (read.count.sql.empty() && !read.estimate.has_value()) {
    HF_CHECK(engine.database.read_statement(run.session, std::cref(rows_alone)));
    return outcome;
  }
  HF_CHECK(engine.database.read(run.session, [&](sql::Connection& connection) -> Result<void> {
    HF_CHECK(rows_alone(connection));
    HF_TRY(outcome.total, total_rows(engine, connection, read, sources));
    return {};
  }));
  return outcome;
}

}  // namespace holdfast::records
