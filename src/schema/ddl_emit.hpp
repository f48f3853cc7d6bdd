#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/catalogue.hpp"

namespace holdfast::schema::detail {

/// One entry of sqlite_schema, as its `sql` column holds it.
struct SchemaObject {
  std::string type;  ///< table, index or trigger
  std::string name;
  std::string sql;
  auto operator<=>(const SchemaObject&) const = default;
};

/// `"id" INTEGER CONSTRAINT "t_pkey" PRIMARY KEY AUTOINCREMENT NOT NULL`: also what ADD COLUMN takes.
[[nodiscard]] std::string column_definition(const Table& table, const Column& column);
/// The STRICT table under another name than its own where a rebuild needs one.
[[nodiscard]] std::string table_definition(const Table& table, std::string_view engine_name);
/// Indexes, unique keys and the updated_at trigger.
[[nodiscard]] std::vector<SchemaObject> dependent_objects(const Table& table);
/// All that the catalogue's table has in SQLite; nothing for a view.
[[nodiscard]] std::vector<SchemaObject> schema_objects(const Table& table);

/// Whether the key is SQLite's rowid itself: a serial or identity primary key.
[[nodiscard]] bool is_rowid_key(const Table& table, const Column& column);

}  // namespace holdfast::schema::detail
