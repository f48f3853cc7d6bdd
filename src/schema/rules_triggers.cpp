#include <algorithm>
#include <set>

#include "base/principal.hpp"
#include "schema/query.hpp"
#include "schema/rules.hpp"

namespace holdfast::schema::detail {
namespace {

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : ", ").append(quote_literal(word));
  return "(" + text + ")";
}

const std::string& bound() {
  static const std::string text = "pg_current_user() <> " + quote_literal(base::kSystemRole);
  return text;
}

std::string raise(std::string_view sqlstate, const std::string& message_sql, std::string_view hint) {
  return "SELECT pg_raise(" + quote_literal(sqlstate) + ", " + message_sql + ", '', " + quote_literal(hint) +
         ");";
}

SchemaObject trigger(const Table& table, std::string_view rule, const std::string& when,
                     const std::string& condition, const std::string& body) {
  const auto name = kRuleTriggerPrefix + std::string(rule) + ":" + table.name.engine_name();
  return {.type = "trigger",
          .name = name,
          .sql = "CREATE TRIGGER " + quote_identifier(name) + " BEFORE " + when + " ON " +
                 quote_identifier(table.name.engine_name()) + " FOR EACH ROW WHEN " + bound() + " AND " +
                 condition + " BEGIN " + body + " END"};
}

SchemaObject initial_trigger(const Table& table, const StateMachine& machine) {
  const auto state = "NEW." + quote_identifier(machine.column);
  const auto message =
      quote_literal("a row of " + table.name.to_string() + " cannot begin as ") + " || " + state;
  return trigger(table, "initial", "INSERT", state + " NOT IN " + list_of(machine.initial),
                 raise("23514", message, "It begins in one of the initial states."));
}

/// Of one transition: it is this one, and (where roles are named) the caller has one of them.
std::string is_transition(const StateMachine& machine, const StateMachine::Transition& transition,
                          bool with_roles) {
  const auto column = quote_identifier(machine.column);
  std::string text = "(OLD." + column + " = " + quote_literal(transition.from) + " AND NEW." + column +
                     " = " + quote_literal(transition.to);
  if (with_roles && !transition.roles.empty())
    text += " AND pg_current_user() IN " + list_of(transition.roles);
  return text + ")";
}

std::string any_transition(const StateMachine& machine, bool with_roles) {
  std::string text;
  for (const auto& transition : machine.transitions) {
    text.append(text.empty() ? "" : " OR ").append(is_transition(machine, transition, with_roles));
  }
  return text.empty() ? "0" : "(" + text + ")";
}

SchemaObject transition_trigger(const Table& table, const StateMachine& machine) {
  const auto column = quote_identifier(machine.column);
  const auto message = quote_literal(machine.column + " cannot go from ") + " || coalesce(OLD." + column +
                       ", 'null') || ' to ' || coalesce(NEW." + column + ", 'null')";
  const auto code =
      "CASE WHEN coalesce(" + any_transition(machine, false) + ", 0) THEN '42501' ELSE '23514' END";
  return trigger(table, "transition", "UPDATE OF " + column,
                 "NEW." + column + " IS NOT OLD." + column + " AND NOT coalesce(" +
                     any_transition(machine, true) + ", 0)",
                 "SELECT pg_raise(" + code + ", " + message +
                     ", '', 'The transitions stand in blueprint.yaml; some are for certain roles.');");
}

/// A parent that is gone means that this change is the foreign key's doing, not the caller's.
std::string parents_exist(const Table& table, bool deleting) {
  std::string text;
  for (const auto& key : table.foreign_keys) {
    const auto action = deleting ? key.on_delete == ForeignKeyAction::cascade
                                 : key.on_delete == ForeignKeyAction::set_null ||
                                       key.on_delete == ForeignKeyAction::set_default ||
                                       key.on_update == ForeignKeyAction::cascade ||
                                       key.on_update == ForeignKeyAction::set_null ||
                                       key.on_update == ForeignKeyAction::set_default;
    if (!action) continue;
    std::string match;
    std::string unset;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const auto old = "OLD." + quote_identifier(key.columns[i]);
      match += (i == 0 ? "" : " AND ") + ("parent." + quote_identifier(key.target_columns[i])) + " = " + old;
      unset += (i == 0 ? "" : " OR ") + old + " IS NULL";
    }
    text += " AND (" + unset + " OR EXISTS (SELECT 1 FROM " + quote_identifier(key.target.engine_name()) +
            " AS parent WHERE " + match + "))";
  }
  return text;
}

SchemaObject immutable_trigger(const Table& table, const StateMachine& machine, bool deleting) {
  const auto state = "OLD." + quote_identifier(machine.column);
  const auto message =
      quote_literal("a row of " + table.name.to_string() + " does not change any more once it is ") + " || " +
      state;
  return trigger(table, deleting ? "immutable_delete" : "immutable_update", deleting ? "DELETE" : "UPDATE",
                 state + " IN " + list_of(machine.immutable) + parents_exist(table, deleting),
                 raise("23514", message, "Make a new row instead."));
}

}  // namespace

std::vector<SchemaObject> rule_triggers(const Table& table) {
  std::vector<SchemaObject> triggers;
  if (!table.states || table.is_view()) return triggers;
  const auto& machine = *table.states;
  triggers.push_back(initial_trigger(table, machine));
  triggers.push_back(transition_trigger(table, machine));
  if (machine.immutable.empty()) return triggers;
  triggers.push_back(immutable_trigger(table, machine, false));
  triggers.push_back(immutable_trigger(table, machine, true));
  return triggers;
}

}  // namespace holdfast::schema::detail
