#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/ddl_emit.hpp"
#include "schema/migrations.hpp"
#include "schema/migrations_store.hpp"
#include "sql/database.hpp"

namespace holdfast::schema::detail {

/// Runs one translated file in a transaction of its own, alone on the write connection, and records it there.
/// Foreign keys are off around a rebuild and checked before COMMIT. `after` is the catalogue that the file
/// leads to: its enums and functions are known while it runs. Errors carry the PostgreSQL statement's place.
/// HF004 when another runner was quicker.
Result<void> run_file(sql::Database& database, const HistoryEntry& entry, const TranslatedScript& script,
                      const std::shared_ptr<const Catalogue>& after);

/// Makes the rule triggers in the database those of the catalogue, in one transaction; nothing is written
/// when they are so already.
Result<void> settle_rule_triggers(sql::Database& database, const std::shared_ptr<const Catalogue>& catalogue);

/// Tables, indexes and triggers of migrations and rules, by type and name.
Result<std::vector<SchemaObject>> read_schema_objects(sql::Connection& connection);

/// translate_script() for the catalogue's sake alone: statements that change nothing but rows are passed
/// over.
Result<void> fold_script(Catalogue& catalogue, std::string_view file, std::string_view postgres_sql);

/// The fold over the history.
Result<Catalogue> fold(const std::vector<HistoryEntry>& history);

}  // namespace holdfast::schema::detail
