#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/memory_budget.hpp"
#include "records/call_plan.hpp"
#include "records/known_reads.hpp"
#include "records/plan_cache.hpp"
#include "records/respond.hpp"
#include "records/rest.hpp"
#include "records/rows.hpp"
#include "records/write_plan.hpp"

namespace holdfast::records {

/// A catalogue as the dialect needs it; shared by the requests that began with it.
struct Schema {
  std::shared_ptr<const schema::Catalogue> catalogue;
  Relationships relationships;
  mutable PlanCache<CompiledRead> read_plans{};
  mutable PlanCache<KnownRead> known_reads{};
  mutable PlanCache<WritePlan> write_plans{};
  mutable PlanCache<CallPlan> call_plans{};
};

/// What the fourth stage runs on.
struct Engine {
  sql::Database& database;
  search::TextSearch* text_search;
  const RestOptions& options;
};

/// One request on its way; shared by this thread and, for writes, the writer's.
struct Task {
  std::shared_ptr<const Schema> schema;
  Request request{};
  MediaType media{};
  sql::Session session{};
  std::string body{};
  /// Of a read that may become a known one, and its query; views of the request.
  std::optional<DividedQuery> divided{};
  std::string_view query{};
  /// For the body and what is made of it, until the request was answered.
  base::MemoryShare memory{};
};

/// How the task's rows are to be written.
[[nodiscard]] OutputForm output_form(const Task& task);

using Answer = std::function<void(Result<Outcome>)>;

/// A plan for reading a relation: second and third stage.
Result<CompiledRead> plan_relation_read(const Engine& engine, const Task& task);

/// What a plan is run with.
struct ReadRun {
  const sql::Session& session;
  const std::vector<Literal>& literals;
  Range range{};
  OutputForm form;
};
/// Runs it on this thread.
Result<Outcome> run_read(const Engine& engine, const ReadRun& run, const CompiledRead& read);

/// Plans a write, checks its values against the columns' types, and queues it; answers from the writer's
/// thread once it is durable.
void run_write(const Engine& engine, std::shared_ptr<Task> task, Answer answer);

/// Calls a function: on this thread when it only reads, else through the writer.
void run_call(const Engine& engine, std::shared_ptr<Task> task, Answer answer);

/// The OpenAPI description of what the task's role may do.
[[nodiscard]] std::string describe_api(const Task& task);

}  // namespace holdfast::records
