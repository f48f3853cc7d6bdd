#include "schema/functions.hpp"

#include <sqlite3.h>

#include <array>
#include <exception>
#include <new>

#include "schema/functions_call.hpp"
#include "schema/functions_fts.hpp"

namespace holdfast::schema {
namespace {

using functions::Accumulator;
using functions::Aggregate;
using functions::Call;
using functions::Environment;
using functions::Function;
using functions::Nulls;
using functions::Stability;

/// What SQLite keeps for one registered function.
template <class Row>
struct Registered {
  const Row* row;
  std::shared_ptr<const Environment> environment;
};

template <class Row>
const Registered<Row>& registered(sqlite3_context* context) {
  return *static_cast<const Registered<Row>*>(sqlite3_user_data(context));
}

template <class Row>
void forget(void* data) {
  delete static_cast<Registered<Row>*>(data);
}

/// Runs `body`; whatever goes wrong becomes an SQL error, for nothing may be thrown through SQLite.
template <class Body>
void guarded(sqlite3_context* context, Call& call, Body body) noexcept {
  try {
    if (const Result<void> done = body(); !done) call.raise(done.error());
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& fault) {
    sqlite3_result_error(context, fault.what(), -1);
  }
}

void run_function(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto& [row, environment] = registered<Function>(context);
  Call call(context, count, values, *environment);
  if (row->nulls == Nulls::strict && call.any_null()) return call.reply_null();
  guarded(context, call, [&] { return row->body(call); });
}

/// The accumulator of the group at hand, made at its first row.
Accumulator* accumulator(sqlite3_context* context, bool make) {
  auto** slot =
      static_cast<Accumulator**>(sqlite3_aggregate_context(context, make ? sizeof(Accumulator*) : 0));
  if (slot == nullptr) return nullptr;
  if (*slot == nullptr) *slot = registered<Aggregate>(context).row->make().release();
  return *slot;
}

void add_row(sqlite3_context* context, int count, sqlite3_value** values) {
  Call call(context, count, values, *registered<Aggregate>(context).environment);
  guarded(context, call, [&] { return accumulator(context, true)->add(call); });
}

void remove_row(sqlite3_context* context, int count, sqlite3_value** values) {
  Call call(context, count, values, *registered<Aggregate>(context).environment);
  guarded(context, call, [&] { return accumulator(context, true)->remove(call); });
}

void answer_so_far(sqlite3_context* context) {
  Call call(context, 0, nullptr, *registered<Aggregate>(context).environment);
  guarded(context, call, [&]() -> Result<void> {
    if (Accumulator* state = accumulator(context, false)) return state->answer(call);
    return registered<Aggregate>(context).row->make()->answer(call);
  });
}

void finish_group(sqlite3_context* context) {
  answer_so_far(context);
  auto** slot = static_cast<Accumulator**>(sqlite3_aggregate_context(context, 0));
  if (slot != nullptr) delete std::exchange(*slot, nullptr);
}

Result<void> check(int code, const char* name) {
  if (code == SQLITE_OK) return {};
  return functions::failure(code == SQLITE_NOMEM ? "53200" : "XX000",
                            std::string("cannot register ") + name + ": " + sqlite3_errstr(code));
}

Result<void> add(sqlite3* connection, const Function& row,
                 const std::shared_ptr<const Environment>& environment) {
  const int stable = row.stability == Stability::constant ? SQLITE_DETERMINISTIC : 0;
  return check(
      sqlite3_create_function_v2(connection, row.name, row.arguments, SQLITE_UTF8 | SQLITE_INNOCUOUS | stable,
                                 new Registered<Function>{&row, environment}, run_function, nullptr, nullptr,
                                 forget<Function>),
      row.name);
}

Result<void> add(sqlite3* connection, const Aggregate& row,
                 const std::shared_ptr<const Environment>& environment) {
  return check(
      sqlite3_create_window_function(connection, row.name, row.arguments, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                     new Registered<Aggregate>{&row, environment}, add_row, finish_group,
                                     answer_so_far, remove_row, forget<Aggregate>),
      row.name);
}

}  // namespace

Result<void> register_functions(sqlite3* connection, const sql::Session& session,
                                const std::shared_ptr<const Catalogue>& catalogue) {
  const auto environment = std::make_shared<const Environment>(Environment{&session, catalogue});
  for (const auto area :
       {functions::session_functions(), functions::sequence_functions(), functions::type_functions(),
        functions::number_functions(), functions::numeric_functions(), functions::text_functions(),
        functions::pattern_functions(), functions::time_functions(), functions::interval_functions(),
        functions::json_functions(), functions::json_text_functions(), functions::json_build_functions(),
        functions::array_functions(), functions::text_search_functions(), functions::row_functions()}) {
    for (const auto& row : area) HF_CHECK(add(connection, row, environment));
  }
  for (const auto area :
       {functions::number_aggregates(), functions::collecting_aggregates(), functions::sorted_aggregates()}) {
    for (const auto& row : area) HF_CHECK(add(connection, row, environment));
  }
  HF_CHECK(register_fts_functions(connection));
  return functions::register_collations(connection, environment);
}

}  // namespace holdfast::schema
