#include "records/violations.hpp"

#include <algorithm>

#include "records/bind.hpp"
#include "schema/query.hpp"

namespace holdfast::records {
namespace {

using schema::Column;
using schema::ForeignKey;
using schema::Table;

// `UNIQUE constraint failed: t.c1, t.c2` -> {c1, c2}; engine names may hold dots, columns stand last.
std::vector<std::string> failed_columns(std::string_view text, const Table& table) {
  std::vector<std::string> columns;
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos) return columns;
  text.remove_prefix(colon + 2);
  const std::string prefix = table.name.engine_name() + ".";
  while (!text.empty()) {
    const auto end = text.find(", " + prefix);
    auto piece = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 2);
    if (piece.starts_with(prefix)) piece.remove_prefix(prefix.size());
    columns.emplace_back(piece);
  }
  return columns;
}

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

const types::Stored* value_of(const RefusedRow& row, std::string_view column) {
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    if (row.columns[i]->name == column) return &row.values[i];
  }
  return nullptr;
}

std::string text_of(const RefusedRow& row, std::string_view column) {
  const auto* value = value_of(row, column);
  const auto* declared = row.table.find_column(column);
  if (value == nullptr || declared == nullptr || value->storage == types::Stored::Storage::null)
    return "null";
  std::string text;
  types::append_text(text, declared->type, stored_view(*value));
  return text;
}

// Values of hidden columns appear in no error text.
bool may_show(const Table& table, const std::vector<std::string>& columns) {
  return std::ranges::none_of(columns, [&](const auto& name) {
    const auto* column = table.find_column(name);
    return column == nullptr || column->hidden;
  });
}

std::string key_text(const RefusedRow& row, const std::vector<std::string>& columns) {
  std::string values;
  for (const auto& column : columns) values += (values.empty() ? "" : ", ") + text_of(row, column);
  return "Key (" + list(columns) + ")=(" + values + ")";
}

std::string unique_name(const Table& table, std::vector<std::string> columns, std::string_view text) {
  std::ranges::sort(columns);
  const auto fits = [&](std::vector<std::string> other) {
    std::ranges::sort(other);
    return other == columns;
  };
  if (table.primary_key.has_value() && fits(table.primary_key->columns)) return table.primary_key->name;
  for (const auto& key : table.uniques) {
    if (fits(key.columns)) return key.name;
  }
  for (const auto& index : table.indexes) {
    std::vector<std::string> indexed;
    for (const auto& element : index.elements) indexed.push_back(element.column);
    // `UNIQUE constraint failed: index 'name'` is all that SQLite says of an index over expressions.
    if (index.unique &&
        (fits(indexed) || text.find("'" + index.name.engine_name() + "'") != std::string_view::npos)) {
      return index.name.name;
    }
  }
  return table.name.name + "_key";
}

Error unique_violation(const RefusedRow& row, const Error& error) {
  const auto columns = failed_columns(error.details, row.table);
  Error explained{.code = "23505",
                  .message = "duplicate key value violates unique constraint \"" +
                             unique_name(row.table, columns, error.details) + "\""};
  const bool known = std::ranges::all_of(columns, [&](const auto& c) { return value_of(row, c) != nullptr; });
  if (known && !columns.empty() && may_show(row.table, columns)) {
    explained.details = key_text(row, columns) + " already exists.";
  }
  return explained;
}

Error check_violation(const RefusedRow& row, const Error& error) {
  const auto start = error.message.find('"');
  const auto name = start == std::string::npos ? std::string{} : error.message.substr(start);
  return {
      .code = "23514",
      .message = "new row for relation \"" + row.table.name.name + "\" violates check constraint " + name};
}

// True where some row has these values; an error counts as found, so that nothing false is said.
bool row_exists(sql::Connection& connection, const Table& table, const std::vector<std::string>& columns,
                const std::vector<types::Stored>& values) {
  std::string sql = "SELECT 1 FROM " + schema::quote_identifier(table.name.engine_name()) + " WHERE 1";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    sql += " AND " + schema::quote_identifier(columns[i]) + " = $" + std::to_string(i + 1);
  }
  auto statement = connection.prepare(sql);
  if (!statement.ok() || !bind_all(**statement, values).ok()) return true;
  const auto found = (*statement)->step();
  return !found.ok() || *found;
}

// A foreign key of the row's own table that finds no parent.
bool explain_missing_parent(sql::Connection& connection, const schema::Catalogue& catalogue,
                            const RefusedRow& row, Error& error) {
  for (const ForeignKey& key : row.table.foreign_keys) {
    std::vector<types::Stored> values;
    for (const auto& column : key.columns) {
      const auto* value = value_of(row, column);
      if (value != nullptr && value->storage != types::Stored::Storage::null) values.push_back(*value);
    }
    const Table* parent = catalogue.find_table(key.target);
    if (values.size() != key.columns.size() || parent == nullptr) continue;
    if (row_exists(connection, *parent, key.target_columns, values)) continue;
    error.message = "insert or update on table \"" + row.table.name.name +
                    "\" violates foreign key constraint \"" + key.name + "\"";
    error.details =
        may_show(row.table, key.columns)
            ? key_text(row, key.columns) + " is not present in table \"" + parent->name.name + "\"."
            : "";
    return true;
  }
  return false;
}

// A row that is still pointed at: the first table that points here with rows.
void explain_child(sql::Connection& connection, const schema::Catalogue& catalogue, const RefusedRow& row,
                   Error& error) {
  for (const auto& [name, child] : catalogue.tables) {
    for (const ForeignKey& key : child.foreign_keys) {
      if (key.target != row.table.name || key.on_delete == schema::ForeignKeyAction::cascade) continue;
      std::vector<types::Stored> values;
      for (const auto& column : key.target_columns) {
        if (const auto* value = value_of(row, column); value != nullptr) values.push_back(*value);
      }
      if (values.size() != key.columns.size() || !row_exists(connection, child, key.columns, values))
        continue;
      error.message = "update or delete on table \"" + row.table.name.name +
                      "\" violates foreign key constraint \"" + key.name + "\" on table \"" + name.name +
                      "\"";
      error.details =
          may_show(row.table, key.target_columns)
              ? key_text(row, key.target_columns) + " is still referenced from table \"" + name.name + "\"."
              : "";
      return;
    }
  }
}

}  // namespace

Error null_violation(const RefusedRow& row, const std::string& column) {
  Error error{.code = "23502",
              .message = "null value in column \"" + column + "\" of relation \"" + row.table.name.name +
                         "\" violates not-null constraint"};
  std::string values;
  for (const auto& declared : row.table.columns) {
    if (declared.hidden) return error;
    values += (values.empty() ? "" : ", ") + text_of(row, declared.name);
  }
  if (row.is_new) error.details = "Failing row contains (" + values + ").";
  return error;
}

Error explain_violation(sql::Connection& connection, const schema::Catalogue& catalogue,
                        const RefusedRow& row, Error error) {
  if (error.code == "23505") return unique_violation(row, error);
  if (error.code == "23514" && error.details.find("CHECK constraint failed") != std::string::npos) {
    return check_violation(row, error);
  }
  if (error.code == "23502") {
    const auto columns = failed_columns(error.details, row.table);
    return columns.empty() ? error : null_violation(row, columns.front());
  }
  if (error.code == "22001" || error.code == "22003") error.details.clear();
  if (error.code != "23503") return error;
  error.details.clear();
  if (!explain_missing_parent(connection, catalogue, row, error))
    explain_child(connection, catalogue, row, error);
  return error;
}

}  // namespace holdfast::records
