#include "schema/ddl_dependents.hpp"

#include <algorithm>

#include "schema/ddl_drop.hpp"
#include "schema/detail/references.hpp"

namespace holdfast::schema::detail {
namespace {

bool meets(const std::set<QualifiedName>& left, const std::set<QualifiedName>& right) {
  return std::ranges::any_of(left, [&](const auto& name) { return right.contains(name); });
}

References references_of(const Policy& policy) {
  auto found = references_in_expression(policy.using_expression.value_or("true"));
  found.relations.merge(references_in_expression(policy.check_expression.value_or("true")).relations);
  found.functions.merge(references_in_expression(policy.check_expression.value_or("true")).functions);
  return found;
}

/// Erases the policies that `depends` picks, or names the first of them in a 2BP01.
Result<void> release(Translation& translation, Table& table, const std::string& what, bool cascade,
                     const auto& depends) {
  const auto found = std::ranges::find_if(table.policies, depends);
  if (found == table.policies.end()) return {};
  if (!cascade) {
    return still_needed(translation, what, "policy " + found->name + " on table " + table.name.to_string());
  }
  std::erase_if(table.policies, depends);
  return {};
}

}  // namespace

Error still_needed(const Translation& translation, const std::string& what, const std::string& by) {
  auto error =
      translation.fail("2BP01", "cannot drop " + what + " because other objects depend on it: " + by);
  error.hint = "Use DROP ... CASCADE to drop the dependent objects too.";
  return error;
}

std::set<QualifiedName> views_on(const Catalogue& catalogue, const std::set<QualifiedName>& relations) {
  std::set<QualifiedName> views;
  for (const auto& [name, table] : catalogue.tables) {
    if (table.is_view() && meets(references_in_query(table.view_query).relations, relations))
      views.insert(name);
  }
  return views;
}

std::optional<QualifiedName> view_on_column(const Catalogue& catalogue, const QualifiedName& table,
                                            const std::string& column) {
  for (const auto& name : views_on(catalogue, {table})) {
    if (references_in_query(catalogue.tables.at(name).view_query).columns.contains(column)) return name;
  }
  return std::nullopt;
}

Result<void> release_policies(Translation& translation, const std::set<QualifiedName>& relations,
                              bool cascade) {
  for (auto& [name, table] : translation.catalogue().tables) {
    if (relations.contains(name)) continue;
    HF_CHECK(release(translation, table, relations.begin()->to_string(), cascade, [&](const Policy& policy) {
      return meets(references_of(policy).relations, relations);
    }));
  }
  return {};
}

Result<void> release_functions(Translation& translation, const std::set<QualifiedName>& relations,
                               bool cascade) {
  auto& functions = translation.catalogue().functions;
  const auto returns_one = [&](const auto& entry) {
    return entry.second.returns_table && relations.contains(*entry.second.returns_table);
  };
  std::set<QualifiedName> gone;
  for (const auto& entry : functions) {
    if (returns_one(entry)) gone.insert(entry.first);
  }
  if (gone.empty()) return {};
  if (!cascade) {
    return still_needed(translation, relations.begin()->to_string(), "function " + gone.begin()->to_string());
  }
  std::erase_if(functions, returns_one);
  for (const auto& name : gone) HF_CHECK(release_callers(translation, name, cascade));
  return {};
}

Result<void> release_callers(Translation& translation, const QualifiedName& function, bool cascade) {
  const auto what = "function " + function.to_string();
  std::set<QualifiedName> views;
  for (auto& [name, table] : translation.catalogue().tables) {
    HF_CHECK(release(translation, table, what, cascade, [&](const Policy& policy) {
      return references_of(policy).functions.contains(function);
    }));
    if (table.is_view() && references_in_query(table.view_query).functions.contains(function))
      views.insert(name);
  }
  if (views.empty()) return {};
  if (!cascade) return still_needed(translation, what, "view " + views.begin()->to_string());
  return drop_relations(translation, views, cascade);
}

}  // namespace holdfast::schema::detail
