#include "records/states.hpp"

#include <algorithm>

#include "records/bind.hpp"
#include "schema/query.hpp"

namespace holdfast::records {
namespace {

using schema::StateMachine;

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

Error refused(const schema::Table& table, std::string message, std::string hint) {
  return {.code = "23514",
          .message = "new row for relation \"" + table.name.name + "\" violates its state machine",
          .details = std::move(message),
          .hint = std::move(hint)};
}

bool allowed(const StateMachine& machine, std::string_view role, const std::string& from,
             const std::string& to) {
  return std::ranges::any_of(machine.transitions, [&](const auto& transition) {
    return transition.from == from && transition.to == to &&
           (transition.roles.empty() || contains(transition.roles, role));
  });
}

std::string successors(const StateMachine& machine, std::string_view role, const std::string& from) {
  std::string out;
  for (const auto& transition : machine.transitions) {
    if (transition.from == from && allowed(machine, role, from, transition.to)) {
      out += (out.empty() ? "" : ", ") + transition.to;
    }
  }
  return out.empty() ? "Nothing may follow it." : "What may follow it: " + out + ".";
}

}  // namespace

Result<RowStates> read_states(sql::Connection& connection, const schema::Table& table,
                              const std::string& keys) {
  RowStates states;
  if (!table.states.has_value()) return states;
  const std::string sql = "SELECT _rowid_, " + schema::quote_identifier(table.states->column) + " FROM " +
                          schema::quote_identifier(table.name.engine_name()) +
                          " WHERE _rowid_ IN (SELECT value FROM json_each($1))";
  HF_TRY(auto statement, connection.prepare(sql));
  HF_CHECK(statement->bind(1, sql::ValueView::of(std::string_view(keys))));
  while (true) {
    HF_TRY(const bool more, statement->step());
    if (!more) return states;
    states[statement->column(0).integer] = statement->column(1).bytes;
  }
}

Result<void> check_initial_states(const schema::Table& table, const RowStates& states) {
  for (const auto& [rowid, state] : states) {
    if (contains(table.states->initial, state)) continue;
    std::string known;
    for (const auto& initial : table.states->initial) known += (known.empty() ? "" : ", ") + initial;
    return refused(table, "A new row cannot be in state \"" + state + "\".", "It begins as: " + known + ".");
  }
  return {};
}

Result<void> check_transitions(const schema::Table& table, std::string_view role, const RowStates& before,
                               const RowStates& after, bool only_state) {
  for (const auto& [rowid, from] : before) {
    const StateMachine& machine = *table.states;
    const auto now = after.find(rowid);
    const std::string& to = now == after.end() ? from : now->second;
    if (contains(machine.immutable, from) && (!only_state || from == to)) {
      return refused(table, "A row in state \"" + from + "\" does not change any more.", "");
    }
    if (from != to && !allowed(machine, role, from, to)) {
      return refused(table,
                     "\"" + to + "\" may not follow \"" + from + "\" for role \"" + std::string(role) + "\".",
                     successors(machine, role, from));
    }
  }
  return {};
}

Result<void> check_erasable(const schema::Table& table, const RowStates& states) {
  for (const auto& [rowid, state] : states) {
    if (!contains(table.states->immutable, state)) continue;
    return refused(table, "A row in state \"" + state + "\" is not deleted.", "");
  }
  return {};
}

}  // namespace holdfast::records
