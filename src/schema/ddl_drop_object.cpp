#include "schema/ddl_drop_object.hpp"

#include <algorithm>
#include <set>

#include "schema/ddl_dependents.hpp"
#include "schema/ddl_drop.hpp"
#include "schema/ddl_function.hpp"
#include "schema/ddl_names.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

Result<void> missing(const Translation& translation, const PgQuery__DropStmt& statement, std::string code,
                     const std::string& what) {
  if (statement.missing_ok != 0) return {};
  return translation.fail(std::move(code), what + " does not exist");
}

/// `[schema.]table.object`: what DROP POLICY and DROP TRIGGER name.
struct PartOfTable {
  QualifiedName table;
  std::string name;
};
PartOfTable part_of_table(const Node* object) {
  auto parts = strings_of(nodes(object->list->items, object->list->n_items));
  PartOfTable part{.table = {}, .name = parts.back()};
  parts.pop_back();
  part.table.name = parts.back();
  if (parts.size() > 1) part.table.schema = parts[parts.size() - 2];
  return part;
}

Result<void> drop_index(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  const auto name = qualified(nodes(object->list->items, object->list->n_items));
  for (const auto& [table_name, table] : translation.catalogue().tables) {
    if (table_name.schema != name.schema) continue;
    if (constraint_exists(table, name.name)) {
      return still_needed(translation, "index " + name.to_string(),
                          "the constraint of that name; drop it with ALTER TABLE ... DROP CONSTRAINT");
    }
    Table after = table;
    const auto dropped =
        std::erase_if(after.indexes, [&](const Index& index) { return index.name == name; }) +
        std::erase_if(after.text_indexes, [&](const TextIndex& index) { return index.name == name.name; });
    if (dropped == 0) continue;
    settle(translation, Table(table), std::move(after));
    return {};
  }
  return missing(translation, statement, "42704", "index \"" + name.to_string() + "\"");
}

Result<void> drop_policy(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  const auto part = part_of_table(object);
  auto* table = translation.catalogue().find_table(part.table);
  if (table == nullptr) {
    return missing(translation, statement, "42P01", "relation \"" + part.table.to_string() + "\"");
  }
  const auto dropped =
      std::erase_if(table->policies, [&](const Policy& policy) { return policy.name == part.name; });
  if (dropped > 0) return {};
  return missing(translation, statement, "42704", "policy \"" + part.name + "\"");
}

Result<void> drop_trigger(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  const auto part = part_of_table(object);
  const auto* table = translation.catalogue().find_table(part.table);
  if (table == nullptr || table->touch_trigger != part.name) {
    return missing(translation, statement, table == nullptr ? "42P01" : "42704",
                   "trigger \"" + part.name + "\"");
  }
  const Table before = *table;
  Table after = before;
  after.touch_trigger.clear();
  after.touch_column.clear();
  settle(translation, before, std::move(after));
  return {};
}

bool uses(const Column& column, const types::EnumType& type) {
  return column.type.enumeration != nullptr && column.type.enumeration->schema == type.schema &&
         column.type.enumeration->name == type.name;
}

Result<void> drop_type(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  const auto name = qualified(nodes(object->type_name->names, object->type_name->n_names));
  const auto found = translation.catalogue().enums.find(name);
  if (found == translation.catalogue().enums.end()) {
    return missing(translation, statement, "42704", "type \"" + name.to_string() + "\"");
  }
  for (const auto& [table_name, table] : translation.catalogue().tables) {
    for (const auto& column : table.columns) {
      if (!uses(column, *found->second)) continue;
      if (is_cascade(statement)) {
        return translation.refuse(object->type_name->location, "DROP TYPE ... CASCADE that drops columns",
                                  "Drop the columns first.");
      }
      return still_needed(translation, "type " + name.to_string(),
                          "column " + column.name + " of table " + table_name.to_string());
    }
  }
  translation.catalogue().enums.erase(found);
  return {};
}

/// The triggers that call the updated_at function go with it, or keep it.
Result<void> drop_touch_function(Translation& translation, const PgQuery__DropStmt& statement,
                                 const QualifiedName& name) {
  std::vector<Table> users;
  for (const auto& [table_name, table] : translation.catalogue().tables) {
    if (table.touch_function == name) users.push_back(table);
  }
  for (const auto& before : users) {
    if (!is_cascade(statement)) {
      return still_needed(translation, "function " + name.to_string() + "()",
                          "trigger " + before.touch_trigger + " on table " + before.name.to_string());
    }
    Table after = before;
    after.touch_trigger.clear();
    after.touch_column.clear();
    after.touch_function = {};
    settle(translation, before, std::move(after));
  }
  translation.catalogue().touch_functions.erase(name);
  return {};
}

Result<void> drop_function(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  const auto& named = *object->object_with_args;
  const auto name = qualified(nodes(named.objname, named.n_objname));
  if (translation.catalogue().touch_functions.contains(name)) {
    return drop_touch_function(translation, statement, name);
  }
  const auto found = find_function(translation, named);
  if (!found.ok()) {
    if (statement.missing_ok != 0 && found.error().code == "42883") return {};
    return found.error();
  }
  // Callers are known by name: an overload that stays would serve them.
  if (translation.catalogue().functions.count(name) == 1) {
    HF_CHECK(release_callers(translation, name, is_cascade(statement)));
  }
  translation.catalogue().functions.erase(*found);
  return {};
}

Result<void> drop_named_sequence(Translation& translation, const PgQuery__DropStmt& statement,
                                 const Node* object) {
  const auto name = qualified(nodes(object->list->items, object->list->n_items));
  if (!translation.catalogue().sequences.contains(name)) {
    return missing(translation, statement, "42P01", "sequence \"" + name.to_string() + "\"");
  }
  for (const auto& [table_name, table] : translation.catalogue().tables) {
    for (const auto& column : table.columns) {
      const bool counts =
          column.default_value && column.default_value->sqlite == "pg_nextval('" + name.engine_name() + "')";
      if (column.sequence != name.engine_name() && !counts) continue;
      return still_needed(translation, "sequence " + name.to_string(),
                          "the default of column " + column.name + " of table " + table_name.to_string());
    }
  }
  drop_sequence(translation, name);
  return {};
}

template <class Map>
bool has_any_in(const Map& objects, const std::string& schema) {
  return std::ranges::any_of(objects, [&](const auto& entry) { return entry.first.schema == schema; });
}

Result<void> drop_schema(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  auto& catalogue = translation.catalogue();
  const std::string schema(string_of(object));
  if (!catalogue.schemas.contains(schema))
    return missing(translation, statement, "3F000", "schema \"" + schema + "\"");
  if (schema == "public" || schema == "auth") {
    return translation.refuse(-1, "DROP SCHEMA " + schema, "Drop what it holds.");
  }
  const bool full = has_any_in(catalogue.tables, schema) || has_any_in(catalogue.functions, schema) ||
                    has_any_in(catalogue.enums, schema) || has_any_in(catalogue.sequences, schema);
  if (full && !is_cascade(statement)) {
    return still_needed(translation, "schema " + schema, "what it holds");
  }
  std::set<QualifiedName> relations;
  for (const auto& [name, table] : catalogue.tables) {
    if (name.schema == schema) relations.insert(name);
  }
  HF_CHECK(drop_relations(translation, relations, true));
  std::erase_if(catalogue.functions, [&](const auto& entry) { return entry.first.schema == schema; });
  std::erase_if(catalogue.touch_functions, [&](const auto& entry) { return entry.first.schema == schema; });
  std::erase_if(catalogue.enums, [&](const auto& entry) { return entry.first.schema == schema; });
  std::vector<QualifiedName> sequences;
  for (const auto& [name, sequence] : catalogue.sequences) {
    if (name.schema == schema) sequences.push_back(name);
  }
  for (const auto& name : sequences) drop_sequence(translation, name);
  std::erase_if(catalogue.schema_usage, [&](const auto& usage) { return usage.first == schema; });
  catalogue.default_grants.erase(schema);
  catalogue.schemas.erase(schema);
  return {};
}

}  // namespace

Result<void> drop_object(Translation& translation, const PgQuery__DropStmt& statement, const Node* object) {
  switch (statement.remove_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
      return drop_index(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
      return drop_policy(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      return drop_trigger(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
      return drop_type(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
      return drop_function(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
      return drop_named_sequence(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      return drop_schema(translation, statement, object);
    case PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION:
      translation.catalogue().extensions.erase(std::string(string_of(object)));
      return {};
    default:
      return translation.refuse(-1, "DROP of this kind of object", "Leave the statement away.");
  }
}

}  // namespace holdfast::schema::detail
