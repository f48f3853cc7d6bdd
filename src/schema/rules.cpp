#include "schema/rules.hpp"

#include <algorithm>
#include <set>

namespace holdfast::schema {
namespace detail {
namespace {

Error unknown(const Blueprint& blueprint, const std::string& what, const QualifiedName& table) {
  return {.code = "HF009",
          .message = "the rules of table \"" + table.to_string() + "\" name " + what +
                     ", which the migrations do not declare",
          .details = (blueprint.folder / "blueprint.yaml").string(),
          .hint = "Correct the name, or take the rule away."};
}

/// Two words for a state that no transition reaches and no row begins in are most likely a typing error.
Result<void> check_states(const Blueprint& blueprint, const Table& table, const StateMachine& machine) {
  std::set<std::string> reached(machine.initial.begin(), machine.initial.end());
  for (const auto& transition : machine.transitions) reached.insert(transition.to);
  const auto check = [&](const std::string& state) -> Result<void> {
    if (reached.contains(state)) return {};
    return unknown(blueprint, "the state \"" + state + "\" that is neither initial nor reached", table.name);
  };
  for (const auto& transition : machine.transitions) HF_CHECK(check(transition.from));
  for (const auto& state : machine.immutable) HF_CHECK(check(state));
  return {};
}

Result<void> check_roles(const Blueprint& blueprint, const Catalogue& catalogue, const Table& table,
                         const StateMachine& machine) {
  for (const auto& transition : machine.transitions) {
    for (const auto& role : transition.roles) {
      if (!catalogue.roles.contains(role)) return unknown(blueprint, "the role \"" + role + "\"", table.name);
    }
  }
  return {};
}

Result<void> apply_hidden(const Blueprint& blueprint, Table& table, const TableRules& rules,
                          RuleScope scope) {
  for (const auto& name : rules.hidden) {
    auto* column = table.find_column(name);
    if (column != nullptr) {
      column->hidden = true;
    } else if (scope == RuleScope::complete) {
      return unknown(blueprint, "the column \"" + name + "\"", table.name);
    }
  }
  return {};
}

Result<void> apply_states(const Blueprint& blueprint, const Catalogue& catalogue, Table& table,
                          const TableRules& rules, RuleScope scope) {
  table.states.reset();
  if (rules.states.empty()) return {};
  const auto& machine = rules.states.front();
  if (table.find_column(machine.column) == nullptr) {
    if (scope == RuleScope::so_far) return {};
    return unknown(blueprint, "the column \"" + machine.column + "\"", table.name);
  }
  HF_CHECK(check_states(blueprint, table, machine));
  if (scope == RuleScope::complete) HF_CHECK(check_roles(blueprint, catalogue, table, machine));
  table.states = machine;
  return {};
}

/// A view's column that is a hidden column as it stands is hidden too.
void hide_in_views(Catalogue& catalogue) {
  for (auto& [name, table] : catalogue.tables) {
    for (auto& column : table.columns) {
      if (!column.origin) continue;
      const auto* base = catalogue.find_table(column.origin->table);
      const auto* source = base == nullptr ? nullptr : base->find_column(column.origin->column);
      column.hidden = source != nullptr && source->hidden;
    }
  }
}

}  // namespace

Result<void> apply_rules_within(const Blueprint& blueprint, Catalogue& catalogue, RuleScope scope) {
  for (auto& [name, table] : catalogue.tables) {
    table.states.reset();
    for (auto& column : table.columns) column.hidden = false;
  }
  for (const auto& [name, rules] : blueprint.tables) {
    auto* table = catalogue.find_table(name);
    if (table == nullptr || table->is_view()) {
      if (scope == RuleScope::so_far) continue;
      return unknown(blueprint, "no table", name);
    }
    HF_CHECK(apply_hidden(blueprint, *table, rules, scope));
    HF_CHECK(apply_states(blueprint, catalogue, *table, rules, scope));
  }
  hide_in_views(catalogue);
  return {};
}

}  // namespace detail

Result<void> apply_rules(const Blueprint& blueprint, Catalogue& catalogue) {
  return detail::apply_rules_within(blueprint, catalogue, detail::RuleScope::complete);
}

}  // namespace holdfast::schema
