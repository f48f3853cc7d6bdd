#include "schema/migrations_run.hpp"

#include <algorithm>

#include "schema/ddl_settle.hpp"
#include "schema/functions.hpp"
#include "schema/rules.hpp"
#include "sql/sqlite/sqlite_connection.hpp"

namespace holdfast::schema::detail {
namespace {

/// BEGIN IMMEDIATE ... COMMIT on the exclusive connection; what is not committed is rolled back, and foreign
/// keys are on again.
class FileTransaction {
 public:
  FileTransaction(sql::Connection& connection, bool foreign_keys_off)
      : connection_(connection), foreign_keys_off_(foreign_keys_off) {}
  FileTransaction(const FileTransaction&) = delete;
  FileTransaction& operator=(const FileTransaction&) = delete;

  ~FileTransaction() {
    if (open_ && !connection_.execute("ROLLBACK").ok()) open_ = false;  // SQLite has rolled back by itself
    if (foreign_keys_off_) (void)connection_.execute("PRAGMA foreign_keys = ON").ok();
  }

  Result<void> begin() {
    if (foreign_keys_off_) HF_CHECK(connection_.execute("PRAGMA foreign_keys = OFF"));
    HF_CHECK(connection_.execute("BEGIN IMMEDIATE"));
    open_ = true;
    return {};
  }

  Result<void> commit() {
    if (foreign_keys_off_) HF_CHECK(check_foreign_keys());
    HF_CHECK(connection_.execute("COMMIT"));
    open_ = false;
    return {};
  }

 private:
  Result<void> check_foreign_keys() {
    HF_TRY(auto statement, connection_.prepare("PRAGMA foreign_key_check"));
    HF_TRY(const bool violated, statement->step());
    if (!violated) return {};
    return Error{
        .code = "23503",
        .message = "after this file a row of \"" + std::string(statement->column(0).bytes) +
                   "\" points at a row of \"" + std::string(statement->column(2).bytes) +
                   "\" that is not there",
        .hint =
            "Correct the rows first. Where the file also rebuilds a table, foreign keys do not cascade: "
            "change rows in a file of its own."};
  }

  sql::Connection& connection_;
  bool foreign_keys_off_;
  bool open_ = false;
};

Result<void> know(sql::Connection& connection, const std::shared_ptr<const Catalogue>& catalogue) {
  auto* sqlite = dynamic_cast<sql::SqliteConnection*>(&connection);
  if (sqlite == nullptr)
    return Error{.code = "XX000", .message = "migrations run on the embedded engine only"};
  return register_functions(sqlite->handle(), sqlite->session(), catalogue);
}

Result<void> run_statements(sql::Connection& connection, const TranslatedScript& script) {
  for (std::size_t i = 0; i < script.statements.size(); ++i) {
    auto outcome = connection.execute(script.statements[i]);
    if (outcome.ok()) continue;
    auto error = std::move(outcome).error();
    error.details = script.origins[i] + (error.details.empty() ? "" : ": " + error.details);
    return error;
  }
  return {};
}

bool is_rule_trigger(const SchemaObject& object) { return object.name.starts_with(kRuleTriggerPrefix); }

/// They may name what the file drops; settle_rule_triggers() makes them again.
Result<void> drop_rule_triggers(sql::Connection& connection) {
  HF_TRY(const auto objects, read_schema_objects(connection));
  for (const auto& object : objects) {
    if (is_rule_trigger(object)) HF_CHECK(connection.execute(drop_statement("trigger", object.name)));
  }
  return {};
}

/// Two runners may have read the same history; the transaction's lock lets one of them through.
Result<void> check_still_due(sql::Connection& connection, const HistoryEntry& entry) {
  HF_TRY(const auto applied, read_applied(connection));
  const bool is_applied =
      std::ranges::find(applied, entry.number, &AppliedMigration::number) != applied.end();
  if (is_applied != entry.up) return {};
  return Error{.code = "HF004",
               .message = "another runner was quicker with " + file_label(entry),
               .hint = "Run the command again; it goes on where the other one stopped."};
}

std::vector<SchemaObject> wanted_rule_triggers(const Catalogue& catalogue) {
  std::vector<SchemaObject> wanted;
  for (const auto& [name, table] : catalogue.tables) {
    for (auto& object : rule_triggers(table)) wanted.push_back(std::move(object));
  }
  std::ranges::sort(wanted);
  return wanted;
}

}  // namespace

Result<void> run_file(sql::Database& database, const HistoryEntry& entry, const TranslatedScript& script,
                      const std::shared_ptr<const Catalogue>& after) {
  return database.exclusive([&](sql::Connection& connection) -> Result<void> {
    HF_CHECK(know(connection, after));
    FileTransaction transaction(connection, script.rebuilds);
    HF_CHECK(transaction.begin());
    HF_CHECK(check_still_due(connection, entry));
    HF_CHECK(drop_rule_triggers(connection));
    HF_CHECK(run_statements(connection, script));
    HF_CHECK(record_run(connection, entry));
    return transaction.commit();
  });
}

Result<void> settle_rule_triggers(sql::Database& database,
                                  const std::shared_ptr<const Catalogue>& catalogue) {
  const auto wanted = wanted_rule_triggers(*catalogue);
  return database.exclusive([&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto present, read_schema_objects(connection));
    std::erase_if(present, [](const SchemaObject& object) { return !is_rule_trigger(object); });
    if (present == wanted) return {};
    HF_CHECK(know(connection, catalogue));
    FileTransaction transaction(connection, false);
    HF_CHECK(transaction.begin());
    HF_CHECK(drop_rule_triggers(connection));
    for (const auto& object : wanted) HF_CHECK(connection.execute(object.sql));
    return transaction.commit();
  });
}

Result<std::vector<SchemaObject>> read_schema_objects(sql::Connection& connection) {
  HF_TRY(auto statement,
         connection.prepare(
             "SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND "
             "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'hf\\_%' ESCAPE '\\'"));
  std::vector<SchemaObject> objects;
  for (;;) {
    HF_TRY(const bool more, statement->step());
    if (!more) break;
    objects.push_back({.type = std::string(statement->column(0).bytes),
                       .name = std::string(statement->column(1).bytes),
                       .sql = std::string(statement->column(2).bytes)});
  }
  std::ranges::sort(objects);
  return objects;
}

Result<Catalogue> fold(const std::vector<HistoryEntry>& history) {
  Catalogue catalogue;
  for (const auto& entry : history) HF_CHECK(fold_script(catalogue, file_label(entry), entry.sql));
  return catalogue;
}

}  // namespace holdfast::schema::detail
