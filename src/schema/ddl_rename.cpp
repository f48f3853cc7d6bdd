#include "schema/ddl_rename.hpp"

#include <algorithm>

#include "schema/ddl_emit.hpp"
#include "schema/ddl_names.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/ddl_table.hpp"
#include "schema/detail/references.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// Indexes keep their rows under a new table name; what SQLite does not carry along is made again.
void emit_table_rename(Translation& translation, const Table& before, const Table& after) {
  const auto old_objects = dependent_objects(before);
  const auto new_objects = dependent_objects(after);
  const auto carried = [](const SchemaObject& object, const std::vector<SchemaObject>& others) {
    return object.type == "index" && std::ranges::any_of(others, [&](const SchemaObject& other) {
             return other.type == "index" && other.name == object.name;
           });
  };
  for (const auto& object : old_objects) {
    if (!carried(object, new_objects)) translation.emit(drop_statement(object.type, object.name));
  }
  translation.emit("ALTER TABLE " + quote_identifier(before.name.engine_name()) + " RENAME TO " +
                   quote_identifier(after.name.engine_name()));
  for (const auto& object : new_objects) {
    if (!carried(object, old_objects)) translation.emit(object.sql);
  }
}

Result<void> rename_in_texts(Table& table, const QualifiedName& from, const QualifiedName& to) {
  if (table.is_view() && references_in_query(table.view_query).relations.contains(from)) {
    HF_TRY(table.view_query, rename_relation_in_query(table.view_query, from, to));
  }
  for (auto& policy : table.policies) {
    for (auto* text : {&policy.using_expression, &policy.check_expression}) {
      if (!*text || !references_in_expression(**text).relations.contains(from)) continue;
      HF_TRY(*text, rename_relation_in_expression(**text, from, to));
    }
  }
  return {};
}

Result<void> follow_rename(Translation& translation, const QualifiedName& from, const QualifiedName& to) {
  auto& catalogue = translation.catalogue();
  for (auto& [name, table] : catalogue.tables) {
    HF_CHECK(translation.locate(rename_in_texts(table, from, to), -1));
    for (auto& key : table.foreign_keys) {
      if (key.target == from) key.target = to;
    }
    if (table.view_base == from) table.view_base = to;
    for (auto& column : table.columns) {
      if (column.origin && column.origin->table == from) column.origin->table = to;
    }
  }
  for (auto& [name, function] : catalogue.functions) {
    if (function.returns_table == from) function.returns_table = to;
  }
  for (auto& [name, sequence] : catalogue.sequences) {
    if (sequence.owner_table == from) sequence.owner_table = to;
  }
  for (auto& [name, parent] : catalogue.partitions) {
    if (parent == from) parent = to;
  }
  return {};
}

Result<void> rename_relation(Translation& translation, const Table& before, const QualifiedName& to) {
  HF_CHECK(check_new_relation(translation, to, -1));
  Table after = before;
  after.name = to;
  for (auto& index : after.indexes) index.name.schema = to.schema;
  for (auto& key : after.foreign_keys) {
    if (key.target == before.name) key.target = to;
  }
  if (!before.is_view()) emit_table_rename(translation, before, after);
  const auto from = before.name;
  translation.catalogue().tables.erase(from);
  translation.catalogue().tables.emplace(to, std::move(after));
  return follow_rename(translation, from, to);
}

Result<void> rename_constraint(Translation& translation, const PgQuery__RenameStmt& statement) {
  HF_TRY(const auto* table, translation.table(*statement.relation));
  const Table before = *table;
  Table after = before;
  const std::string_view from = statement.subname;
  if (constraint_exists(before, statement.newname)) {
    return translation.fail("42710", "constraint \"" + std::string(statement.newname) + "\" already exists");
  }
  bool found = false;
  const auto rename = [&](auto& item) {
    if (item.name != from) return;
    item.name = statement.newname;
    found = true;
  };
  if (after.primary_key) rename(*after.primary_key);
  std::ranges::for_each(after.uniques, rename);
  std::ranges::for_each(after.checks, rename);
  std::ranges::for_each(after.foreign_keys, rename);
  if (!found) {
    return translation.fail("42704", "constraint \"" + std::string(from) + "\" for table \"" +
                                         before.name.name + "\" does not exist");
  }
  settle(translation, before, std::move(after));
  return {};
}

Result<void> rename_index(Translation& translation, const PgQuery__RenameStmt& statement) {
  const auto name = qualified(*statement.relation);
  for (const auto& [table_name, table] : translation.catalogue().tables) {
    Table after = table;
    bool found = false;
    for (auto& index : after.indexes) {
      if (index.name != name) continue;
      index.name.name = statement.newname;
      found = true;
    }
    for (auto& index : after.text_indexes) {
      if (table_name.schema != name.schema || index.name != name.name) continue;
      index.name = statement.newname;
      found = true;
    }
    for (auto& key : after.uniques) {
      if (table_name.schema != name.schema || key.name != name.name) continue;
      key.name = statement.newname;
      found = true;
    }
    if (!found) continue;
    settle(translation, Table(table), std::move(after));
    return {};
  }
  if (statement.missing_ok != 0) return {};
  return translation.fail("42P01", "relation \"" + name.to_string() + "\" does not exist");
}

Result<void> rename_policy(Translation& translation, const PgQuery__RenameStmt& statement) {
  HF_TRY(auto* table, translation.table(*statement.relation));
  const auto policy = std::ranges::find(table->policies, statement.subname, &Policy::name);
  if (policy == table->policies.end()) {
    return translation.fail("42704", "policy \"" + std::string(statement.subname) + "\" does not exist");
  }
  policy->name = statement.newname;
  return {};
}

Result<void> rename_trigger(Translation& translation, const PgQuery__RenameStmt& statement) {
  HF_TRY(auto* table, translation.table(*statement.relation));
  if (table->touch_trigger != statement.subname) {
    return translation.fail("42704", "trigger \"" + std::string(statement.subname) + "\" does not exist");
  }
  table->touch_trigger = statement.newname;
  return {};
}

}  // namespace

Result<void> rename(Translation& translation, const PgQuery__RenameStmt& statement) {
  switch (statement.rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      return rename_column(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW: {
      const auto name = qualified(*statement.relation);
      if (statement.missing_ok != 0 && translation.catalogue().find_table(name) == nullptr) return {};
      HF_TRY(const auto* table, translation.relation(*statement.relation));
      return rename_relation(translation, Table(*table), {.schema = name.schema, .name = statement.newname});
    }
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      return rename_constraint(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
      return rename_index(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
      return rename_policy(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      return rename_trigger(translation, statement);
    default:
      return translation.refuse(-1, "RENAME of this kind of object",
                                "Drop it and make it again under the new name.");
  }
}

Result<void> set_schema(Translation& translation, const PgQuery__AlterObjectSchemaStmt& statement) {
  const bool relation = statement.object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
                        statement.object_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW;
  if (!relation) {
    return translation.refuse(-1, "SET SCHEMA on this kind of object",
                              "Drop it and make it again in the schema.");
  }
  const auto name = qualified(*statement.relation);
  if (statement.missing_ok != 0 && translation.catalogue().find_table(name) == nullptr) return {};
  HF_TRY(const auto* table, translation.relation(*statement.relation));
  if (std::ranges::any_of(table->columns, [](const Column& column) { return !column.sequence.empty(); })) {
    return translation.refuse(statement.relation->location,
                              "SET SCHEMA on a table with a serial or identity column",
                              "Make the table in the new schema and copy the rows.");
  }
  return rename_relation(translation, Table(*table), {.schema = statement.newschema, .name = name.name});
}

}  // namespace holdfast::schema::detail
