#include "schema/ddl_settle.hpp"

#include <algorithm>
#include <utility>

#include "schema/ddl_emit.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using Objects = std::vector<SchemaObject>;

bool contains(const Objects& objects, const SchemaObject& object) {
  return std::ranges::find(objects, object) != objects.end();
}

/// Whether SQLite's own ADD COLUMN gets there: plain nullable columns at the end. A default would show NULL
/// to change capture in old rows until they are rewritten, so a rebuild rewrites them.
std::vector<std::string> addable_columns(const Table& before, const Table& after) {
  std::vector<std::string> definitions;
  if (before.columns.empty()) return definitions;
  Table grown = before;
  for (std::size_t i = before.columns.size(); i < after.columns.size(); ++i) {
    const auto& column = after.columns[i];
    if (column.not_null || column.default_value || !column.sequence.empty()) return {};
    grown.columns.push_back(column);
    definitions.push_back(column_definition(after, column));
  }
  const auto name = after.name.engine_name();
  return table_definition(grown, name) == table_definition(after, name) ? definitions
                                                                        : std::vector<std::string>{};
}

std::string source_of(const Table& before, const Column& column, const ColumnSources& sources) {
  if (const auto given = sources.find(column.name); given != sources.end()) return given->second;
  if (before.find_column(column.name) != nullptr) return quote_identifier(column.name);
  return column.default_value ? "(" + column.default_value->sqlite + ")" : "NULL";
}

/// AUTOINCREMENT never gives a number again, also not after the table was rebuilt.
void carry_sequence(Translation& translation, const std::string& from, const std::string& to) {
  translation.emit("DELETE FROM sqlite_sequence WHERE name = " + quote_literal(to));
  translation.emit("INSERT INTO sqlite_sequence (name, seq) SELECT " + quote_literal(to) +
                   ", seq FROM sqlite_sequence WHERE name = " + quote_literal(from));
}

bool has_rowid_key(const Table& table) {
  return std::ranges::any_of(table.columns,
                             [&](const Column& column) { return is_rowid_key(table, column); });
}

bool keeps_counting(const Table& before, const Table& after) {
  return std::ranges::any_of(after.columns, [&](const Column& column) {
    const auto* old = before.find_column(column.name);
    return old != nullptr && is_rowid_key(before, *old) && is_rowid_key(after, column);
  });
}

/// Rowids are kept, because text indexes name rows by them; a new serial key numbers the rows itself.
std::string copy_statement(const Table& before, const Table& after, const std::string& interim,
                           const ColumnSources& sources) {
  std::string targets = has_rowid_key(after) ? "" : "_rowid_";
  std::string values = targets;
  for (const auto& column : after.columns) {
    if (column.generated == Generated::stored) continue;
    if (is_rowid_key(after, column) && before.find_column(column.name) == nullptr) continue;
    targets.append(targets.empty() ? "" : ", ").append(quote_identifier(column.name));
    values.append(values.empty() ? "" : ", ").append(source_of(before, column, sources));
  }
  const auto from = " FROM " + quote_identifier(after.name.engine_name()) + " ORDER BY _rowid_";
  // A table of nothing but a new serial key: a row for a row.
  if (targets.empty()) {
    return "INSERT INTO " + quote_identifier(interim) +
           " (_rowid_) SELECT row_number() OVER (ORDER BY _rowid_)" + from;
  }
  return "INSERT INTO " + quote_identifier(interim) + " (" + targets + ") SELECT " + values + from;
}

/// https://sqlite.org/lang_altertable.html#otheralter, with foreign keys off around the transaction.
void rebuild(Translation& translation, const Table& before, const Table& after,
             const ColumnSources& sources) {
  const auto name = after.name.engine_name();
  const auto interim = "hf_rebuild:" + name;
  translation.mark_rebuild();
  translation.emit(table_definition(after, interim));
  translation.emit(copy_statement(before, after, interim, sources));
  if (keeps_counting(before, after)) carry_sequence(translation, name, interim);
  translation.emit("DROP TABLE " + quote_identifier(name));
  translation.emit("ALTER TABLE " + quote_identifier(interim) + " RENAME TO " + quote_identifier(name));
}

}  // namespace

std::string drop_statement(std::string_view type, std::string_view name) {
  return (type == "trigger" ? "DROP TRIGGER "
          : type == "index" ? "DROP INDEX "
                            : "DROP TABLE ") +
         quote_identifier(name);
}

void settle(Translation& translation, const Table& before, Table after, const ColumnSources& sources) {
  const auto name = after.name.engine_name();
  auto old_objects = dependent_objects(before);
  const auto new_objects = dependent_objects(after);
  const auto additions = addable_columns(before, after);
  const bool same_table = table_definition(before, name) == table_definition(after, name) && sources.empty();
  if (!same_table && additions.empty()) {
    rebuild(translation, before, after, sources);
    old_objects.clear();  // they went with the old table
  }
  for (const auto& object : old_objects) {
    if (!contains(new_objects, object)) translation.emit(drop_statement(object.type, object.name));
  }
  for (const auto& definition : additions) {
    translation.emit("ALTER TABLE " + quote_identifier(name) + " ADD COLUMN " + definition);
  }
  for (const auto& object : new_objects) {
    if (!contains(old_objects, object)) translation.emit(object.sql);
  }
  translation.catalogue().tables.insert_or_assign(after.name, std::move(after));
}

void settle_new(Translation& translation, Table table) {
  for (const auto& object : schema_objects(table)) translation.emit(object.sql);
  translation.catalogue().tables.insert_or_assign(table.name, std::move(table));
}

}  // namespace holdfast::schema::detail
