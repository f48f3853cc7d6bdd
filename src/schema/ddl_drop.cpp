#include "schema/ddl_drop.hpp"

#include <algorithm>

#include "schema/ddl_dependents.hpp"
#include "schema/ddl_drop_object.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

bool points_at(const Table& table, const QualifiedName& target) {
  return std::ranges::any_of(table.foreign_keys, [&](const ForeignKey& key) {
    return key.target == target && table.name != target;
  });
}

/// Tables that point at others come first, so that no row is refused or cascaded away while they go.
std::vector<QualifiedName> children_first(Translation& translation, std::set<QualifiedName> names) {
  std::vector<QualifiedName> order;
  const auto& tables = translation.catalogue().tables;
  while (!names.empty()) {
    auto free = std::ranges::find_if(names, [&](const QualifiedName& name) {
      return std::ranges::none_of(
          names, [&](const QualifiedName& other) { return points_at(tables.at(other), name); });
    });
    if (free == names.end()) {  // a circle of foreign keys
      translation.mark_rebuild();
      free = names.begin();
    }
    order.push_back(*free);
    names.erase(free);
  }
  return order;
}

void forget_owned(Translation& translation, const QualifiedName& table) {
  std::vector<QualifiedName> owned;
  for (const auto& [name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table == table) owned.push_back(name);
  }
  for (const auto& name : owned) drop_sequence(translation, name);
  std::erase_if(translation.catalogue().partitions, [&](const auto& entry) { return entry.second == table; });
}

Result<void> close_over_views(Translation& translation, std::set<QualifiedName>& names, bool cascade) {
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& view : views_on(translation.catalogue(), names)) {
      if (names.contains(view)) continue;
      if (!cascade) {
        return still_needed(translation, names.begin()->to_string(), "view " + view.to_string());
      }
      names.insert(view);
      grown = true;
    }
  }
  return {};
}

Result<void> release_foreign_keys(Translation& translation, const std::set<QualifiedName>& names,
                                  bool cascade) {
  std::vector<QualifiedName> others;
  for (const auto& [name, table] : translation.catalogue().tables) {
    if (!names.contains(name)) others.push_back(name);
  }
  for (const auto& name : others) {
    const Table before = translation.catalogue().tables.at(name);
    Table after = before;
    const auto dropped =
        std::erase_if(after.foreign_keys, [&](const ForeignKey& key) { return names.contains(key.target); });
    if (dropped == 0) continue;
    if (!cascade) {
      return still_needed(translation, names.begin()->to_string(),
                          "a foreign key of table " + name.to_string());
    }
    settle(translation, before, std::move(after));
  }
  return {};
}

Result<void> add_dropped_relation(Translation& translation, const PgQuery__DropStmt& statement,
                                  const Node* object, std::set<QualifiedName>& names) {
  const auto name = qualified(nodes(object->list->items, object->list->n_items));
  if (translation.catalogue().partitions.erase(name) > 0) return {};
  const auto* table = translation.catalogue().find_table(name);
  const bool view = statement.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW;
  const std::string kind = view ? "view" : "table";
  if (table == nullptr) {
    if (statement.missing_ok != 0) return {};
    return translation.fail("42P01", kind + " \"" + name.to_string() + "\" does not exist");
  }
  if (table->is_view() != view) {
    return translation.fail("42809", "\"" + name.to_string() + "\" is not a " + kind);
  }
  names.insert(name);
  return {};
}

}  // namespace

Result<void> drop_foreign_keys_to(Translation& translation, const QualifiedName& target,
                                  const std::vector<std::string>& columns, bool cascade) {
  const auto affected = [&](const ForeignKey& key) {
    if (key.target != target) return false;
    return columns.empty() || std::ranges::any_of(columns, [&](const std::string& column) {
             return std::ranges::find(key.target_columns, column) != key.target_columns.end();
           });
  };
  std::vector<QualifiedName> names;
  for (const auto& [name, table] : translation.catalogue().tables) {
    if (name != target && std::ranges::any_of(table.foreign_keys, affected)) names.push_back(name);
  }
  for (const auto& name : names) {
    if (!cascade) {
      return still_needed(translation, "a key of " + target.to_string(),
                          "a foreign key of table " + name.to_string());
    }
    const Table before = translation.catalogue().tables.at(name);
    Table after = before;
    std::erase_if(after.foreign_keys, affected);
    settle(translation, before, std::move(after));
  }
  return {};
}

Result<void> drop_relations(Translation& translation, std::set<QualifiedName> names, bool cascade) {
  if (names.empty()) return {};
  HF_CHECK(close_over_views(translation, names, cascade));
  HF_CHECK(release_foreign_keys(translation, names, cascade));
  HF_CHECK(release_policies(translation, names, cascade));
  HF_CHECK(release_functions(translation, names, cascade));
  for (const auto& name : children_first(translation, names)) {
    forget_owned(translation, name);
    const bool view = translation.catalogue().tables.at(name).is_view();
    if (!view) translation.emit(drop_statement("table", name.engine_name()));
    translation.catalogue().tables.erase(name);
  }
  return {};
}

Result<void> drop(Translation& translation, const PgQuery__DropStmt& statement) {
  const auto kind = statement.remove_type;
  const auto objects = nodes(statement.objects, statement.n_objects);
  if (kind == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || kind == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW) {
    std::set<QualifiedName> names;
    for (const auto* object : objects) HF_CHECK(add_dropped_relation(translation, statement, object, names));
    return drop_relations(translation, std::move(names), is_cascade(statement));
  }
  for (const auto* object : objects) HF_CHECK(drop_object(translation, statement, object));
  return {};
}

}  // namespace holdfast::schema::detail
