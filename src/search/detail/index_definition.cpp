#include "search/detail/index_definition.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "schema/text_index.hpp"
#include "search/detail/index_file.hpp"
#include "text/fts_match.hpp"
#include "text/tsvector.hpp"

namespace holdfast::search::detail {
namespace {

/// Goes up when the same definition gives other terms: the analysis or the layout has changed.
constexpr std::string_view kFormat = "1";

/// A table that was rebuilt has new rowids: it has another root page, or other SQL.
Result<std::string> table_identity(sql::Connection& connection, std::string_view table) {
  HF_TRY(auto statement,
         connection.prepare("SELECT rootpage, sql FROM sqlite_schema WHERE type = 'table' AND "
                            "name = $1"));
  HF_CHECK(statement->bind(1, sql::ValueView::of(table)));
  HF_TRY(const bool found, statement->step());
  if (!found) return std::string{};
  return std::to_string(statement->column(0).integer) + "\n" + std::string(statement->column(1).bytes);
}

const sql::Value& value_of(const log::Change::Field& field, sql::Operation operation, bool after) {
  const bool has_after = operation == sql::Operation::insert || field.changed;
  return after && has_after ? field.after : field.before;
}

}  // namespace

std::string IndexDefinition::select(std::string_view where) const {
  std::string sql = "SELECT rowid, (" + index.document.sqlite + ")";
  for (const std::string& column : key) sql += ", " + quote_name(column);
  sql += " FROM " + quote_name(table);
  if (!where.empty()) sql.append(" WHERE ").append(where);
  return sql;
}

std::string IndexDefinition::where_key() const {
  std::string where;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i > 0) where += " AND ";
    where += quote_name(key[i]) + " = $" + std::to_string(i + 1);
  }
  return where;
}

bool IndexDefinition::touched_by(const log::Change& change) const {
  if (change.table != table) return false;
  if (change.operation != sql::Operation::update) return true;
  return std::ranges::any_of(change.fields, [this](const log::Change::Field& field) {
    return field.changed && (std::ranges::find(index.columns, field.name) != index.columns.end() ||
                             std::ranges::find(key, field.name) != key.end());
  });
}

Result<std::vector<IndexDefinition>> read_definitions(sql::Connection& connection,
                                                      const schema::Catalogue& catalogue) {
  std::vector<IndexDefinition> definitions;
  for (const auto& [name, table] : catalogue.tables) {
    for (const schema::TextIndex& index : table.text_indexes) {
      IndexDefinition definition{.name = schema::text_index_name(table, index),
                                 .table = name.engine_name(),
                                 .index = index,
                                 .key = {},
                                 .fingerprint = {}};
      if (table.primary_key) definition.key = table.primary_key->columns;
      HF_TRY(const std::string identity, table_identity(connection, definition.table));
      definition.fingerprint = std::string(kFormat) + "\n" + std::to_string(static_cast<int>(index.kind)) +
                               "\n" + index.configuration + "\n" + definition.select("") + "\n" + identity;
      definitions.push_back(std::move(definition));
    }
  }
  return definitions;
}

std::string key_text(const std::vector<sql::ValueView>& values) {
  std::string key;
  for (const sql::ValueView& value : values) {
    std::string part;
    if (value.kind == sql::ValueKind::integer) part = std::to_string(value.integer);
    if (value.kind == sql::ValueKind::real) {
      char digits[32];
      part.assign(digits,
                  static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%.17g", value.real)));
    }
    part.append(value.bytes);
    key += std::to_string(static_cast<int>(value.kind)) + ":" + std::to_string(part.size()) + ":" + part;
  }
  return key;
}

std::vector<sql::Value> key_of(const IndexDefinition& definition, const log::Change& change, bool after) {
  std::vector<sql::Value> values;
  for (const std::string& column : definition.key) {
    const auto field = std::ranges::find(change.fields, column, &log::Change::Field::name);
    values.push_back(field == change.fields.end() ? sql::Value{} : value_of(*field, change.operation, after));
  }
  return values;
}

Result<std::string> terms_of(const schema::TextIndex& index, sql::ValueView document) {
  if (document.is_null()) return std::string{};
  if (index.kind == schema::TextIndexKind::array) {
    HF_TRY(auto elements, schema::array_terms(document.bytes));
    std::vector<std::string> terms;
    for (auto& element : elements) {
      if (element) terms.push_back(*std::move(element));
    }
    return text::fts_document(terms);
  }
  HF_TRY(const auto vector, index.kind == schema::TextIndexKind::document
                                ? text::to_tsvector(index.configuration, document.bytes)
                                : text::parse_tsvector(document.bytes));
  return text::fts_document(vector);
}

}  // namespace holdfast::search::detail
