#pragma once

#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/connection.hpp"
#include "types/codec.hpp"

namespace holdfast::records {

/// The row that a statement wrote when the database refused it, as far as it is known.
struct RefusedRow {
  const schema::Table& table;
  std::vector<const schema::Column*> columns{};
  std::vector<types::Stored> values{};
  bool is_new = false;  ///< an insert: columns that are not named take their defaults
};

/// SQLite's constraint errors in PostgreSQL's words: which constraint, which key, which value. Other errors
/// pass through. May query `connection`.
Error explain_violation(sql::Connection& connection, const schema::Catalogue& catalogue,
                        const RefusedRow& row, Error error);

/// 23502, as PostgreSQL words it.
Error null_violation(const RefusedRow& row, const std::string& column);

}  // namespace holdfast::records
