#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_writer.hpp"
#include "records/call_plan.hpp"
#include "records/rows.hpp"
#include "records/run.hpp"
#include "types/scalar.hpp"

namespace holdfast::records {
namespace {

class Call {
 public:
  Call(std::shared_ptr<Task> task, PlannedCall call, std::size_t max_rows)
      : task_(std::move(task)), call_(std::move(call)), plan_(*call_.plan), range_(task_->request.top_range) {
    if (max_rows == 0) return;
    const auto most = static_cast<std::int64_t>(max_rows);
    range_.limit = std::min(range_.limit.value_or(most), most);
  }

  Result<void> run(sql::Connection& connection) {
    outcome_ = {};
    outcome_.is_void = plan_.is_void();
    const std::size_t own_statements = plan_.statements.size() - (plan_.is_void() ? 0 : 1);
    for (std::size_t i = 0; i < own_statements; ++i) HF_CHECK(run_statement(connection, plan_.statements[i]));
    if (plan_.is_void()) return {};
    HF_CHECK(plan_.is_scalar() ? give_scalars(connection) : give_rows(connection));
    return check_max_affected();
  }

  [[nodiscard]] const CallPlan& plan() const { return plan_; }
  [[nodiscard]] Outcome take_outcome() { return std::move(outcome_); }

 private:
  [[nodiscard]] BindSources sources() const {
    return {.literals = &task_->request.query.literals, .range = &range_, .arguments = &call_.arguments};
  }

  Result<void> run_statement(sql::Connection& connection, const schema::CompiledQuery& query) {
    HF_TRY(auto statement, connection.prepare(query.sql));
    HF_CHECK(bind_all(*statement, call_.arguments));
    while (true) {
      HF_TRY(const bool more, statement->step());
      if (!more) return {};
    }
  }

  // The rows of a write, as schema/packed_rows.hpp has them.
  Result<std::string> packed_rows(sql::Connection& connection, const schema::CompiledQuery& query) {
    HF_TRY(auto statement, connection.prepare(query.sql));
    HF_CHECK(bind_all(*statement, call_.arguments));
    std::string rows;
    base::JsonWriter json(rows);
    json.begin_array();
    while (true) {
      HF_TRY(const bool more, statement->step());
      if (!more) break;
      json.begin_array();
      for (std::size_t i = 0; i < query.outputs.size(); ++i) {
        pack(json, statement->column(static_cast<int>(i)));
      }
      json.end_array();
    }
    json.end_array();
    return rows;
  }

  static void pack(base::JsonWriter& json, const sql::ValueView& value) {
    switch (value.kind) {
      case sql::ValueKind::null:
        json.null();
        break;
      case sql::ValueKind::integer:
        json.integer(value.integer);
        break;
      case sql::ValueKind::real: {
        std::array<char, 40> digits{};
        std::snprintf(digits.data(), digits.size(), "%.17g", value.real);
        const std::string_view text = digits.data();
        json.string(text == "inf" ? "9e999" : text == "-inf" ? "-9e999" : text);
        break;
      }
      case sql::ValueKind::text:
        json.string(value.bytes);
        break;
      case sql::ValueKind::blob:
        json.string(hexadecimal(value.bytes));
        break;
    }
  }

  static std::string hexadecimal(std::string_view bytes) {
    std::string text;
    types::append_bytea(text, bytes);
    return text.substr(2);
  }

  // A function that returns one row answers with an object, or null.
  Result<void> give_rows(sql::Connection& connection) {
    const bool single = !plan_.function->returns_set && task_->media.kind == MediaType::Kind::json;
    std::string written;
    BindSources bound = sources();
    if (plan_.statements.back().writes) {
      HF_TRY(written, packed_rows(connection, plan_.statements.back()));
      bound.keys = &written;
    }
    HF_TRY(auto rows, read_rows(connection, *plan_.result, bound, output_form(*task_)));
    outcome_.rows = rows.rows;
    outcome_.body = std::move(rows.body);
    if (single) outcome_.body = rows.rows == 0 ? "null" : outcome_.body.substr(1, outcome_.body.size() - 2);
    if (plan_.result->count.sql.empty()) return {};
    HF_TRY(const auto counted, select_integers(connection, plan_.result->count, bound));
    outcome_.total = counted.empty() ? 0 : counted.front();
    return {};
  }

  void append_scalar(const schema::CompiledQuery& query, const sql::ValueView& value) {
    using Kind = MediaType::Kind;
    const auto stored = stored_view(value);
    const auto& type = plan_.function->returns.is(types::Kind::unknown) ? query.outputs.front().type
                                                                        : plan_.function->returns;
    const bool raw = task_->media.kind == Kind::text || task_->media.kind == Kind::octets ||
                     task_->media.kind == Kind::xml;
    if (raw && stored.storage != types::Stored::Storage::null) {
      if (stored.storage == types::Stored::Storage::blob) {
        outcome_.body += stored.bytes;
      } else {
        types::append_text(outcome_.body, type, stored);
      }
    } else if (!raw) {
      types::append_json(outcome_.body, type, stored);
    }
  }

  Result<void> give_scalars(sql::Connection& connection) {
    const auto& query = plan_.statements.back();
    const bool set = plan_.function->returns_set;
    HF_TRY(auto statement, connection.prepare(query.sql));
    HF_CHECK(bind_all(*statement, call_.arguments));
    const bool in_array = set && task_->media.kind != MediaType::Kind::json_object;
    if (in_array) outcome_.body = "[";
    std::int64_t skipped = 0;
    while (true) {
      HF_TRY(const bool more, statement->step());
      if (!more) break;
      if (skipped++ < range_.offset) continue;
      if (outcome_.rows >= range_.limit.value_or(INT64_MAX) || (!set && outcome_.rows == 1)) continue;
      if (outcome_.rows++ > 0) outcome_.body += ", ";
      if (!query.outputs.empty()) append_scalar(query, statement->column(0));
    }
    if (in_array) outcome_.body += "]";
    if (!set && outcome_.rows == 0) outcome_.body = "null";
    if (task_->request.preferences.counts()) outcome_.total = skipped;
    if (!set) outcome_.rows = 1;
    const bool singular = task_->media.kind == MediaType::Kind::json_object;
    if (singular && outcome_.rows != 1) return not_singular(outcome_.rows);
    return {};
  }

  [[nodiscard]] Result<void> check_max_affected() const {
    const auto& preferences = task_->request.preferences;
    if (!preferences.is_strict() || !preferences.max_affected.has_value()) return {};
    if (outcome_.rows <= *preferences.max_affected) return {};
    return Error{.code = "PGRST124",
                 .message = "Query result exceeds max-affected preference constraint",
                 .details = "The query affects " + std::to_string(outcome_.rows) + " rows"};
  }

  std::shared_ptr<Task> task_;
  PlannedCall call_;
  const CallPlan& plan_;
  Range range_;
  Outcome outcome_;
};

}  // namespace

void run_call(const Engine& engine, std::shared_ptr<Task> task, Answer answer) {
  const PlanContext context{*task->schema->catalogue, task->schema->relationships, engine.options};
  auto planned =
      plan_call(context, task->session.principal.role, task->request, task->body, task->schema->call_plans);
  if (!planned.ok()) return answer(std::move(planned).error());
  if (engine.text_search != nullptr && planned->plan->uses_text_index) {
    if (auto ready = engine.text_search->catch_up(task->session.deadline); !ready.ok())
      return answer(ready.error());
  }
  // Shared by the two closures of the job.
  auto call = std::make_shared<Call>(task, *std::move(planned), engine.options.max_rows);
  const auto work = [call](sql::Connection& connection) { return call->run(connection); };
  if (call->plan().read_only) {
    const auto done = engine.database.read(task->session, work);
    return done.ok() ? answer(call->take_outcome()) : answer(done.error());
  }
  const auto wish = task->request.preferences.transaction;
  engine.database.write_async(
      {.session = task->session,
       .work = work,
       .done =
           [call, answer = std::move(answer)](const Result<sql::Committed>& committed) {
             if (!committed.ok()) return answer(committed.error());
             answer(call->take_outcome());
           },
       .rollback = wish.has_value() ? wish == Preferences::Transaction::rollback
                                    : engine.options.rollback_by_default});
}

}  // namespace holdfast::records
