#pragma once

#include <string>
#include <vector>

#include "records/statement.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::records {

/// Registers what the compiled statements use, for SqliteOptions::setups:
/// `rest_object(descriptor, value, ...)`: a JSON object of stored values, typed by the descriptor;
/// `rest_value(descriptor, value)`: one of them as JSON;
/// `rest_array(json)`: an aggregate, the JSON array of its texts in order, `[]` for none;
/// collations `rest_jsonb` and `rest_array_<kind>`: PostgreSQL's order of jsonb and of arrays.
[[nodiscard]] sql::ConnectionSetup json_functions();

/// The first argument of rest_object and rest_value, as an SQL literal.
[[nodiscard]] std::string descriptor_literal(const std::vector<OutputColumn>& columns);

/// ` COLLATE ...` for values of this type, where SQLite's own order is not PostgreSQL's; else empty.
[[nodiscard]] std::string collation(const types::Type& type);

}  // namespace holdfast::records
