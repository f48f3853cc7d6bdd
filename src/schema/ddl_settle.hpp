#pragma once

#include <map>
#include <string>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// For a rebuilt table: the SQLite expression over the old row that gives a column's value. A column that is
/// not named keeps its value; one that the old table lacks takes its default.
using ColumnSources = std::map<std::string, std::string>;

/// Brings SQLite from `before` to `after`, which has the same name, with the least work that does it (new
/// indexes and triggers, ADD COLUMN, or a rebuild), and puts `after` in the catalogue.
void settle(Translation& translation, const Table& before, Table after, const ColumnSources& sources = {});

/// Creates a new table and puts it in the catalogue.
void settle_new(Translation& translation, Table table);

/// The statement that drops an object of dependent_objects().
[[nodiscard]] std::string drop_statement(std::string_view type, std::string_view name);

}  // namespace holdfast::schema::detail
