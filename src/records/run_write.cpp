#include <algorithm>
#include <unordered_set>

#include "records/new_row.hpp"
#include "records/rows.hpp"
#include "records/run.hpp"
#include "records/violations.hpp"
#include "types/json_text.hpp"

namespace holdfast::records {
namespace {

using types::Stored;

// One row of the payload: values in stored form, one for each of the plan's columns.
struct PayloadRow {
  std::vector<Stored> values;
  std::vector<bool> absent;  ///< columns that are left to their defaults; empty: none

  [[nodiscard]] bool gives(std::size_t column) const { return absent.empty() || !absent[column]; }
};

// A key as JSON shows it, without quotes.
std::string key_text_of(const types::Type& type, const types::StoredView& value) {
  std::string json;
  types::append_json(json, type, value);
  if (!json.starts_with('"')) return json;
  const auto content = types::json_text_content(json);
  return content.ok() && content->has_value() ? **content : json;
}

// A write under way. Its work may run twice, so run() begins by forgetting what an earlier run found.
class Write {
 public:
  Write(std::shared_ptr<Task> task, std::shared_ptr<const WritePlan> plan, std::vector<PayloadRow> rows)
      : task_(std::move(task)), kept_plan_(std::move(plan)), plan_(*kept_plan_), rows_(std::move(rows)) {}

  Result<void> run(sql::Connection& connection) {
    outcome_ = {};
    keys_.clear();
    written_ = 0;
    inserted_ = 0;
    merged_.clear();
    merged_upto_ = 0;
    HF_CHECK(write(connection));
    return finish(connection);
  }

  [[nodiscard]] Outcome take_outcome() { return std::move(outcome_); }
  [[nodiscard]] bool rolls_back(bool by_default) const {
    const auto wish = task_->request.preferences.transaction;
    return wish.has_value() ? wish == Preferences::Transaction::rollback : by_default;
  }

 private:
  Result<void> write(sql::Connection& connection) {
    switch (plan_.action) {
      case Action::insert:
      case Action::upsert_one:
        return insert(connection);
      case Action::update:
        return update(connection);
      default:
        return erase(connection);
    }
  }

  Result<void> insert(sql::Connection& connection) {
    for (const auto& row : rows_) {
      if (!plan_.required_keys.empty()) {
        HF_TRY(const bool fits, fits_required_keys(row));
        if (!fits) continue;
      }
      std::vector<std::int64_t> met;
      if (plan_.merges) {
        HF_TRY(met, find_conflict(connection, row));
        HF_CHECK(check_met_once(met));
      }
      HF_CHECK(insert_row(connection, row, met.empty()));
    }
    return {};
  }

  Result<bool> fits_required_keys(const PayloadRow& row) const {
    for (const auto& [column, literal] : plan_.required_keys) {
      HF_TRY(const auto wanted,
             types::parse(literal_type(column->type),
                          task_->request.query.literals[static_cast<std::size_t>(literal)].text));
      const Stored* value = value_of(row, *column);
      const bool same = value != nullptr && value->storage != Stored::Storage::null &&
                        types::compare(column->type, stored_view(*value), stored_view(wanted)) == 0;
      if (!same) return false;
    }
    return true;
  }

  [[nodiscard]] const Stored* value_of(const PayloadRow& row, const schema::Column& column) const {
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      if (plan_.columns[i].column == &column && row.gives(i)) return &row.values[i];
    }
    return nullptr;
  }

  // PostgreSQL refuses a command that would change one row twice.
  Result<void> check_met_once(const std::vector<std::int64_t>& met) {
    for (; merged_upto_ < keys_.size(); ++merged_upto_) merged_.insert(keys_[merged_upto_]);
    const bool again = std::ranges::any_of(met, [this](auto rowid) { return merged_.contains(rowid); });
    if (!again) return {};
    return Error{.code = "21000",
                 .message = "ON CONFLICT DO UPDATE command cannot affect row a second time",
                 .hint =
                     "Ensure that no rows proposed for insertion within the same command have duplicate "
                     "constrained values."};
  }

  // The row that an upsert would change: none, or one.
  Result<std::vector<std::int64_t>> find_conflict(sql::Connection& connection, const PayloadRow& row) const {
    Statement statement;
    std::vector<Stored> values;
    statement.sql =
        "SELECT _rowid_ FROM " + schema::quote_identifier(plan_.base->name.engine_name()) + " WHERE 1";
    for (const auto* column : plan_.conflict) {
      const Stored* value = value_of(row, *column);
      if (value == nullptr) return std::vector<std::int64_t>{};
      const int index = static_cast<int>(values.size());
      values.push_back(*value);
      statement.sql += " AND " + schema::quote_identifier(column->name) + " = " +
                       statement.add({.source = Parameter::Source::argument, .index = index});
    }
    return select_integers(connection, statement, {.arguments = &values});
  }

  Result<void> insert_row(sql::Connection& connection, const PayloadRow& row, bool is_new) {
    if (plan_.insert.empty() || !row.absent.empty() || lacks_required(row))
      return insert_row_by_itself(connection, row, is_new);
    HF_TRY(auto statement, connection.prepare(plan_.insert));
    HF_CHECK(bind_all(*statement, row.values));
    return store(
        connection, *statement, [&] { return refused_row(row); }, is_new);
  }

  [[nodiscard]] bool lacks_required(const PayloadRow& row) const {
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (plan_.columns[i].required && row.values[i].storage == Stored::Storage::null) return true;
    }
    return false;
  }

  [[nodiscard]] RefusedRow refused_row(const PayloadRow& row) const {
    RefusedRow refused{.table = *plan_.base, .is_new = true};
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (!row.gives(i)) continue;
      refused.columns.push_back(plan_.columns[i].column);
      refused.values.push_back(row.values[i]);
    }
    return refused;
  }

  // A row that leaves columns to their defaults, needs a number, or will be refused for a null.
  Result<void> insert_row_by_itself(sql::Connection& connection, const PayloadRow& row, bool is_new) {
    RefusedRow refused = refused_row(row);
    GivenRow given{.columns = refused.columns};
    HF_TRY(given.drawn_key, draw_key(connection, refused));
    if (given.drawn_key != nullptr) given.columns = refused.columns;
    if (auto nulls = check_key_values(refused); !nulls.ok()) {
      HF_CHECK(check_policy(connection, given, refused.values));
      return nulls;
    }
    HF_TRY(auto statement, connection.prepare(insert_sql(plan_, given)));
    HF_CHECK(bind_all(*statement, refused.values));
    return store(
        connection, *statement, [&] { return refused; }, is_new);
  }

  // Runs an insert.
  template <class Refused>
  Result<void> store(sql::Connection& connection, sql::Statement& statement, const Refused& refused,
                     bool is_new) {
    const auto before = written_;
    HF_CHECK(run_to_end(connection, statement, refused));
    if (is_new) inserted_ += written_ - before;
    if (!plan_.wants_keys || !plan_.conflict.empty() || written_ == before) return {};
    HF_TRY(const auto key, select_integers(connection, {.sql = "SELECT last_insert_rowid()"}, {}));
    keys_.push_back(key.front());
    return {};
  }

  // A policy may ask for the number that SQLite would only give while it stores the row.
  Result<const schema::Column*> draw_key(sql::Connection& connection, RefusedRow& row) const {
    const schema::Column* key = drawn_key(plan_);
    if (key == nullptr || std::ranges::find(row.columns, key) != row.columns.end()) return nullptr;
    const Statement next{.sql = "SELECT pg_nextval(" + schema::quote_literal(key->sequence) + ")"};
    HF_TRY(const auto drawn, select_integers(connection, next, {}));
    row.columns.push_back(key);
    row.values.push_back({.storage = Stored::Storage::integer, .integer = drawn.front()});
    return key;
  }

  // Row security speaks before any constraint does.
  Result<void> check_policy(sql::Connection& connection, const GivenRow& row,
                            const std::vector<Stored>& values) const {
    if (plan_.insert_policy == "1") return {};
    HF_TRY(auto statement, connection.prepare(insert_policy_sql(plan_, row)));
    HF_CHECK(bind_all(*statement, values));
    HF_CHECK(statement->step());
    return {};
  }

  // SQLite gives an integer primary key that is null a number of its own; PostgreSQL refuses it.
  static Result<void> check_key_values(const RefusedRow& row) {
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
      const auto& key = row.table.primary_key;
      const bool must =
          row.columns[i]->not_null ||
          (key.has_value() && std::ranges::find(key->columns, row.columns[i]->name) != key->columns.end());
      if (must && row.values[i].storage == Stored::Storage::null)
        return null_violation(row, row.columns[i]->name);
    }
    return {};
  }

  // Counts what the statement wrote, and keeps the rowids that it gives.
  template <class Refused>
  Result<void> run_to_end(sql::Connection& connection, sql::Statement& statement, const Refused& refused) {
    while (true) {
      auto more = statement.step();
      if (!more.ok()) {
        statement.reset();
        return explain_violation(connection, *task_->schema->catalogue, refused(), std::move(more).error());
      }
      if (!*more) break;
      keys_.push_back(statement.column(0).integer);
    }
    written_ += statement.affected_rows();
    return {};
  }

  BindSources sources(const std::string& keys) const {
    return {.literals = &task_->request.query.literals, .range = &task_->request.top_range, .keys = &keys};
  }

  Result<void> update(sql::Connection& connection) {
    // PostgREST: an empty body changes nothing.
    if (rows_.empty() || plan_.update.sql.empty()) return {};
    const std::string none;
    HF_TRY(const auto candidates, select_integers(connection, plan_.candidates, sources(none)));
    const std::string keys = json_array_of(candidates);
    RefusedRow refused{.table = *plan_.base};
    for (const auto& target : plan_.columns) refused.columns.push_back(target.column);
    refused.values = rows_.front().values;
    BindSources bound = sources(keys);
    bound.cells = &rows_.front().values;
    HF_CHECK(enforce(connection, plan_.update_policy, bound));
    if (!candidates.empty()) HF_CHECK(check_key_values(refused));
    HF_TRY(const auto values, bind_values(plan_.update.parameters, bound));
    HF_TRY(auto statement, connection.prepare(plan_.update.sql));
    HF_CHECK(bind_all(*statement, values));
    HF_CHECK(run_to_end(connection, *statement, [&] { return refused; }));
    return enforce(connection, plan_.updated_policy, bound);
  }

  // Runs a policy's guard over its rows: each passes, or raises 42501.
  static Result<void> enforce(sql::Connection& connection, const Statement& guard, const BindSources& bound) {
    if (guard.sql.empty()) return {};
    HF_TRY([[maybe_unused]] const auto passed, select_integers(connection, guard, bound));
    return {};
  }

  Result<void> erase(sql::Connection& connection) {
    const std::string none;
    HF_TRY(keys_, select_integers(connection, plan_.candidates, sources(none)));
    written_ = static_cast<std::int64_t>(keys_.size());
    const std::string keys = json_array_of(keys_);
    // Rows and what they embed are seen as they were, so before they go.
    HF_CHECK(represent(connection, keys));
    for (const auto rowid : keys_) HF_CHECK(erase_row(connection, rowid));
    return {};
  }

  Result<void> erase_row(sql::Connection& connection, std::int64_t rowid) {
    const std::string table = schema::quote_identifier(plan_.base->name.engine_name());
    HF_TRY(auto statement, connection.prepare("DELETE FROM " + table + " WHERE _rowid_ = $1"));
    HF_CHECK(statement->bind(1, sql::ValueView::of(rowid)));
    auto done = statement->step();
    if (done.ok()) return {};
    statement->reset();
    return explain_violation(connection, *task_->schema->catalogue, row_as_it_is(connection, rowid),
                             std::move(done).error());
  }

  RefusedRow row_as_it_is(sql::Connection& connection, std::int64_t rowid) const {
    RefusedRow row{.table = *plan_.base};
    std::vector<std::string> names;
    for (const auto& column : plan_.base->columns) names.push_back(schema::quote_identifier(column.name));
    auto statement =
        connection.prepare("SELECT " + join(names, ", ") + " FROM " +
                           schema::quote_identifier(plan_.base->name.engine_name()) + " WHERE _rowid_ = $1");
    if (!statement.ok() || !(*statement)->bind(1, sql::ValueView::of(rowid)).ok()) return row;
    const auto found = (*statement)->step();
    if (!found.ok() || !*found) return row;
    for (std::size_t i = 0; i < plan_.base->columns.size(); ++i) {
      const auto value = (*statement)->column(static_cast<int>(i));
      row.columns.push_back(&plan_.base->columns[i]);
      row.values.push_back(
          {static_cast<Stored::Storage>(value.kind), value.integer, value.real, std::string(value.bytes)});
    }
    return row;
  }

  Result<void> represent(sql::Connection& connection, const std::string& keys) {
    if (plan_.representation.has_value()) {
      HF_TRY(auto rows, read_rows(connection, *plan_.representation, sources(keys), output_form(*task_)));
      outcome_.body = std::move(rows.body);
    }
    if (!plan_.location.has_value() || keys_.size() != 1) return {};
    const auto& location = *plan_.location;
    HF_TRY(const auto values, bind_values(location.rows.parameters, sources(keys)));
    HF_TRY(auto statement, connection.prepare(location.rows.sql));
    HF_CHECK(bind_all(*statement, values));
    HF_TRY(const bool found, statement->step());
    for (std::size_t i = 0; found && i < location.columns.size(); ++i) {
      const auto value = stored_view(statement->column(static_cast<int>(i)));
      outcome_.location += i > 0 ? "&" : "";
      append_component(outcome_.location, location.columns[i].name);
      if (value.storage == Stored::Storage::null) {
        outcome_.location += "=is.null";
      } else {
        outcome_.location += "=eq.";
        append_component(outcome_.location, key_text_of(location.columns[i].type, value));
      }
    }
    return {};
  }

  // Whatever says no here undoes everything: the error rolls the savepoint back.
  Result<void> finish(sql::Connection& connection) {
    const auto& request = task_->request;
    outcome_.rows = written_;
    outcome_.inserted = inserted_;
    outcome_.has_primary_key = !plan_.conflict.empty() || plan_.base->primary_key.has_value();
    if (request.preferences.counts()) outcome_.total = outcome_.rows;
    if (plan_.action != Action::erase) {
      if (plan_.action == Action::upsert_one && written_ != 1) {
        return Error{.code = "PGRST115",
                     .message = "Payload values do not match URL in primary key column(s)"};
      }
      if (plan_.wants_keys) HF_CHECK(represent(connection, json_array_of(keys_)));
    }
    const bool single =
        task_->media.kind == MediaType::Kind::json_object && plan_.action != Action::upsert_one;
    if (single && written_ != 1) return not_singular(outcome_.rows);
    return check_max_affected();
  }

  [[nodiscard]] Result<void> check_max_affected() const {
    const auto& preferences = task_->request.preferences;
    const bool counts = plan_.action == Action::update || plan_.action == Action::erase;
    if (!counts || !preferences.is_strict() || !preferences.max_affected.has_value()) return {};
    if (outcome_.rows <= *preferences.max_affected) return {};
    return Error{.code = "PGRST124",
                 .message = "Query result exceeds max-affected preference constraint",
                 .details = "The query affects " + std::to_string(outcome_.rows) + " rows"};
  }

  std::shared_ptr<Task> task_;
  // Shared with the cache and with the requests that have the same shape.
  std::shared_ptr<const WritePlan> kept_plan_;
  const WritePlan& plan_;
  std::vector<PayloadRow> rows_;
  std::vector<std::int64_t> keys_;  ///< of the rows that were written, where the plan wants them
  std::int64_t written_ = 0;
  std::int64_t inserted_ = 0;
  // merges: the keys so far, of which the first `merged_upto_` are in the set.
  std::unordered_set<std::int64_t> merged_;
  std::size_t merged_upto_ = 0;
  Outcome outcome_;
};

// A column that the object lacks is null, or, with missing=default, left to its default.
Result<std::vector<PayloadRow>> store_payload(const Request& request, const WritePlan& plan,
                                              const Payload& payload) {
  const bool defaults = request.preferences.missing == Preferences::Missing::use_default;
  std::vector<PayloadRow> rows;
  rows.reserve(payload.rows.size());
  for (const auto& cells : payload.rows) {
    PayloadRow row;
    row.values.reserve(plan.columns.size());
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      HF_TRY(auto value, stored_cell(plan.columns[i].column->type, cells[i]));
      row.values.push_back(std::move(value));
      if (!defaults || cells[i].kind != Cell::Kind::absent) continue;
      row.absent.resize(plan.columns.size());
      row.absent[i] = true;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::shared_ptr<const WritePlan>> find_or_make_plan(const Engine& engine, const Task& task,
                                                           const Payload& payload) {
  const auto& role = task.session.principal.role;
  auto& kept = task.schema->write_plans;
  const std::string key = write_plan_key(role, task.request, payload);
  if (auto plan = key.empty() ? nullptr : kept.find(key)) return plan;
  const PlanContext context{*task.schema->catalogue, task.schema->relationships, engine.options};
  HF_TRY(const auto* table, find_relation(context, task.request.schema, task.request.name));
  HF_TRY(auto made, plan_write(context, role, task.request, *table, payload));
  if (!key.empty()) return kept.keep(key, std::move(made));
  return std::make_shared<const WritePlan>(std::move(made));
}

Result<std::shared_ptr<Write>> prepare_write(const Engine& engine, const std::shared_ptr<Task>& task) {
  const Request& request = task->request;
  Payload payload;
  if (request.action != Action::erase) {
    HF_TRY(payload, parse_payload(request, task->body));
  }
  HF_TRY(auto plan, find_or_make_plan(engine, *task, payload));
  HF_TRY(auto rows, store_payload(request, *plan, payload));
  return std::make_shared<Write>(task, std::move(plan), std::move(rows));
}

}  // namespace

void run_write(const Engine& engine, std::shared_ptr<Task> task, Answer answer) {
  auto prepared = prepare_write(engine, task);
  if (!prepared.ok()) return answer(std::move(prepared).error());
  // Shared by the two closures of the job.
  std::shared_ptr<Write> write = *std::move(prepared);
  engine.database.write_async(
      {.session = std::move(task->session),
       .work = [write](sql::Connection& connection) { return write->run(connection); },
       .done =
           [write, answer = std::move(answer)](const Result<sql::Committed>& committed) {
             if (!committed.ok()) return answer(committed.error());
             answer(write->take_outcome());
           },
       .rollback = write->rolls_back(engine.options.rollback_by_default)});
}

}  // namespace holdfast::records
