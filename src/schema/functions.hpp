#pragma once

#include <memory>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/session.hpp"

struct sqlite3;

namespace holdfast::schema {

/// Registers what PostgreSQL has and SQLite lacks, under `pg_` names (the table is in
/// docs/reference/sqlite-functions.md), the collation pg_numeric, and one collation for each enum of the
/// catalogue. A function that fails gives an error whose text is `SQLSTATE|message|details|hint`, which the
/// sql room turns back into an Error. Functions are SQLITE_INNOCUOUS, because CHECKs and triggers call them
/// while `PRAGMA trusted_schema` is off.
Result<void> register_functions(sqlite3* connection, const sql::Session& session,
                                const std::shared_ptr<const Catalogue>& catalogue);

}  // namespace holdfast::schema
