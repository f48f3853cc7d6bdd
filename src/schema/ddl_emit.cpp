#include "schema/ddl_emit.hpp"

#include <algorithm>

#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

std::string column_list(const std::vector<std::string>& columns) {
  std::string text = "(";
  for (const auto& column : columns)
    text.append(text.size() > 1 ? ", " : "").append(quote_identifier(column));
  return text + ")";
}

std::string storage_type(const types::Type& type) {
  if (type.array) return "TEXT";
  switch (type.kind) {
    case Kind::boolean:
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::money:
    case Kind::oid:
      return "INTEGER";
    case Kind::float4:
    case Kind::float8:
      return "REAL";
    case Kind::bytea:
      return "BLOB";
    default:
      return "TEXT";
  }
}

std::string collation(const types::Type& type) {
  if (type.array) return {};
  if (type.kind == Kind::numeric) return " COLLATE pg_numeric";
  if (type.kind != Kind::enumeration) return {};
  return " COLLATE " + quote_identifier("enum_" + type.enumeration->schema + "." + type.enumeration->name);
}

std::string native_check(const Column& column, std::string_view sqlstate, const std::string& condition) {
  return " CONSTRAINT " + quote_identifier("hf_" + std::string(sqlstate) + ":" + column.name) + " CHECK (" +
         condition + ")";
}

/// What the type itself forbids and SQLite would let in. The sql room maps the names to their codes.
std::string type_check(const Column& column) {
  const auto name = quote_identifier(column.name);
  if (column.type.array) return {};
  switch (column.type.kind) {
    case Kind::boolean:
      return native_check(column, "22P02", name + " IN (0, 1)");
    case Kind::int2:
      return native_check(column, "22003", name + " BETWEEN -32768 AND 32767");
    case Kind::int4:
      return native_check(column, "22003", name + " BETWEEN -2147483648 AND 2147483647");
    case Kind::varchar:
    case Kind::bpchar:
      if (column.type.length < 0) return {};
      return native_check(column, "22001", "length(" + name + ") <= " + std::to_string(column.type.length));
    default:
      return {};
  }
}

bool is_integer(const types::Type& type) {
  return type.is(Kind::int2) || type.is(Kind::int4) || type.is(Kind::int8);
}

bool is_only_key(const Table& table, const Column& column) {
  return table.primary_key && table.primary_key->columns == std::vector<std::string>{column.name};
}

/// An integer key without a sequence must not be the rowid: SQLite would number a missing one by itself,
/// where PostgreSQL answers 23502. INT is an integer that is never the rowid.
std::string declared_type(const Table& table, const Column& column) {
  const bool plain_integer_key =
      is_only_key(table, column) && is_integer(column.type) && !is_rowid_key(table, column);
  return plain_integer_key ? "INT" : storage_type(column.type);
}

std::string rule(ForeignKeyAction action, std::string_view event) {
  const auto on = " ON " + std::string(event);
  switch (action) {
    case ForeignKeyAction::restrict:
      return on + " RESTRICT";
    case ForeignKeyAction::cascade:
      return on + " CASCADE";
    case ForeignKeyAction::set_null:
      return on + " SET NULL";
    case ForeignKeyAction::set_default:
      return on + " SET DEFAULT";
    case ForeignKeyAction::no_action:
      break;
  }
  return {};
}

std::string foreign_key_definition(const ForeignKey& key) {
  return "CONSTRAINT " + quote_identifier(key.name) + " FOREIGN KEY " + column_list(key.columns) +
         " REFERENCES " + quote_identifier(key.target.engine_name()) + " " + column_list(key.target_columns) +
         rule(key.on_update, "UPDATE") + rule(key.on_delete, "DELETE") +
         (key.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : "");
}

std::string engine_index_name(const Table& table, const std::string& name) {
  return QualifiedName{.schema = table.name.schema, .name = name}.engine_name();
}

SchemaObject unique_key(const Table& table, const Key& key) {
  const auto name = engine_index_name(table, key.name);
  return {.type = "index",
          .name = name,
          .sql = "CREATE UNIQUE INDEX " + quote_identifier(name) + " ON " +
                 quote_identifier(table.name.engine_name()) + " " + column_list(key.columns)};
}

SchemaObject plain_index(const Table& table, const Index& index) {
  std::string elements;
  for (const auto& element : index.elements) {
    elements += elements.empty() ? "" : ", ";
    elements +=
        element.expression ? "(" + element.expression->sqlite + ")" : quote_identifier(element.column);
    if (element.descending) elements += " DESC";
  }
  const auto name = index.name.engine_name();
  return {.type = "index",
          .name = name,
          .sql = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " +
                 quote_identifier(name) + " ON " + quote_identifier(table.name.engine_name()) + " (" +
                 elements + ")" + (index.predicate ? " WHERE " + index.predicate->sqlite : "")};
}

/// A row that was not touched by its own writer is touched after the fact.
SchemaObject touch_trigger(const Table& table) {
  const auto name = "hf_touch:" + table.name.engine_name();
  const auto quoted_table = quote_identifier(table.name.engine_name());
  const auto column = quote_identifier(table.touch_column);
  return {.type = "trigger",
          .name = name,
          .sql = "CREATE TRIGGER " + quote_identifier(name) + " AFTER UPDATE ON " + quoted_table +
                 " FOR EACH ROW WHEN NEW." + column + " IS NOT pg_now() BEGIN UPDATE " + quoted_table +
                 " SET " + column + " = pg_now() WHERE rowid = NEW.rowid; END"};
}

}  // namespace

bool is_rowid_key(const Table& table, const Column& column) {
  return is_only_key(table, column) && is_integer(column.type) && !column.sequence.empty();
}

std::string column_definition(const Table& table, const Column& column) {
  std::string text =
      quote_identifier(column.name) + " " + declared_type(table, column) + collation(column.type);
  if (is_rowid_key(table, column)) {
    text += " CONSTRAINT " + quote_identifier(table.primary_key->name) + " PRIMARY KEY AUTOINCREMENT";
  } else if (column.generated == Generated::stored) {
    text += " GENERATED ALWAYS AS (" + column.default_value->sqlite + ") STORED";
  } else if (column.default_value) {
    text += " DEFAULT (" + column.default_value->sqlite + ")";
  }
  if (column.not_null) text += " NOT NULL";
  return text + type_check(column);
}

std::string table_definition(const Table& table, std::string_view engine_name) {
  std::string parts;
  const auto add = [&](const std::string& part) { parts.append(parts.empty() ? "" : ", ").append(part); };
  bool rowid_key = false;
  // PostgreSQL knows tables without columns, SQLite does not.
  if (table.columns.empty()) add(quote_identifier("hf_none") + " INTEGER");
  for (const auto& column : table.columns) {
    add(column_definition(table, column));
    rowid_key = rowid_key || is_rowid_key(table, column);
  }
  if (table.primary_key && !rowid_key) {
    add("CONSTRAINT " + quote_identifier(table.primary_key->name) + " PRIMARY KEY " +
        column_list(table.primary_key->columns));
  }
  for (const auto& check : table.checks) {
    add("CONSTRAINT " + quote_identifier(check.name) + " CHECK (" + check.expression.sqlite + ")");
  }
  for (const auto& key : table.foreign_keys) add(foreign_key_definition(key));
  return "CREATE TABLE " + quote_identifier(engine_name) + " (" + parts + ") STRICT";
}

std::vector<SchemaObject> dependent_objects(const Table& table) {
  std::vector<SchemaObject> objects;
  if (table.is_view()) return objects;
  for (const auto& key : table.uniques) objects.push_back(unique_key(table, key));
  for (const auto& index : table.indexes) {
    // jsonb and its kin under gin: kept in the catalogue, answered by a scan.
    if (index.method == "btree") objects.push_back(plain_index(table, index));
  }
  if (!table.touch_column.empty()) objects.push_back(touch_trigger(table));
  return objects;
}

std::vector<SchemaObject> schema_objects(const Table& table) {
  if (table.is_view()) return {};
  const auto name = table.name.engine_name();
  std::vector<SchemaObject> objects{{.type = "table", .name = name, .sql = table_definition(table, name)}};
  for (auto& object : dependent_objects(table)) objects.push_back(std::move(object));
  return objects;
}

}  // namespace holdfast::schema::detail
