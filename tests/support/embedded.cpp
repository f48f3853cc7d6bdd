#include "support/embedded.hpp"

#include <unistd.h>

#include <cstdlib>
#include <regex>
#include <stdexcept>

#include "base/principal.hpp"
#include "schema/functions.hpp"
#include "schema/migrations.hpp"
#include "schema/query.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/sqlite/sqlite_database.hpp"
#include "types/codec.hpp"

namespace holdfast::testing {
namespace {

std::filesystem::path fresh_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-embedded-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder for the test");
  return pattern;
}

/// What the authenticator would have read from the token.
std::string subject_of(const std::string& claims_json) {
  static const std::regex subject("\"sub\"\\s*:\\s*\"([^\"]*)\"");
  std::smatch match;
  return std::regex_search(claims_json, match, subject) ? match[1].str() : std::string();
}

types::StoredView stored_view(sql::ValueView value) {
  using Storage = types::Stored::Storage;
  switch (value.kind) {
    case sql::ValueKind::integer:
      return {.storage = Storage::integer, .integer = value.integer};
    case sql::ValueKind::real:
      return {.storage = Storage::real, .real = value.real};
    case sql::ValueKind::text:
      return {.storage = Storage::text, .bytes = value.bytes};
    case sql::ValueKind::blob:
      return {.storage = Storage::blob, .bytes = value.bytes};
    case sql::ValueKind::null:
      break;
  }
  return {};
}

std::vector<std::optional<std::string>> formatted_row(const schema::CompiledQuery& query,
                                                      const sql::Statement& statement) {
  std::vector<std::optional<std::string>> row;
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    const auto value = statement.column(static_cast<int>(i));
    if (value.is_null()) {
      row.emplace_back();
      continue;
    }
    std::string text;
    types::append_text(text, query.outputs[i].type, stored_view(value));
    row.emplace_back(std::move(text));
  }
  return row;
}

Result<PgRows> run(sql::Connection& connection, const schema::CompiledQuery& query) {
  PgRows rows;
  for (const auto& output : query.outputs) rows.columns.push_back(output.name);
  HF_TRY(auto statement, connection.prepare(query.sql));
  for (;;) {
    HF_TRY(const bool more, statement->step());
    if (!more) return rows;
    if (query.outputs.empty()) continue;  // a row that only carried a policy's check
    rows.rows.push_back(formatted_row(query, *statement));
  }
}

Result<void> run_script(sql::Connection& connection, const schema::TranslatedScript& script) {
  for (std::size_t i = 0; i < script.statements.size(); ++i) {
    auto outcome = connection.execute(script.statements[i]);
    if (outcome.ok()) continue;
    auto error = std::move(outcome).error();
    error.details = script.origins[i] + " " + script.statements[i];
    return error;
  }
  if (!script.rebuilds) return {};
  HF_TRY(auto check, connection.prepare("PRAGMA foreign_key_check"));
  HF_TRY(const bool violated, check->step());
  if (violated) return Error{.code = "23503", .message = "a row points at a row that is not there"};
  return {};
}

/// One savepoint on the write connection: what is not to be kept is rolled back.
Result<PgRows> run_in_transaction(sql::Database& database, const sql::Session& session,
                                  const schema::CompiledQuery& query, bool keep) {
  Result<PgRows> rows = PgRows{};
  const auto work = [&](sql::Connection& connection) -> Result<void> {
    rows = run(connection, query);
    if (!rows.ok()) return rows.error();
    if (!keep) return Error{.code = "HF000", .message = "rolled back as asked"};
    return {};
  };
  const auto committed = database.write(session, work);
  if (!committed.ok() && committed.error().code != "HF000") return committed.error();
  return rows;
}

}  // namespace

struct Embedded::State {
  std::filesystem::path folder = fresh_folder();
  std::shared_ptr<const schema::Catalogue> catalogue = std::make_shared<const schema::Catalogue>();
  std::unique_ptr<sql::Database> database;

  void open() {
    sql::SqliteOptions options;
    options.file = folder / "data.sqlite";
    options.setups.emplace_back([this](sqlite3* handle, const sql::Session& session) {
      return schema::register_functions(handle, session, catalogue);
    });
    auto opened = sql::open_sqlite(std::move(options));
    if (!opened.ok()) throw std::runtime_error(opened.error().to_string());
    database = std::move(*opened);
  }
};

Embedded::Embedded() : state_(std::make_unique<State>()) { state_->open(); }

Embedded::~Embedded() {
  state_->database.reset();
  std::error_code ignored;
  std::filesystem::remove_all(state_->folder, ignored);
}

Result<void> Embedded::migrate(std::string_view postgres_ddl) {
  auto next = std::make_shared<schema::Catalogue>(*state_->catalogue);
  HF_TRY(const auto script, schema::translate_script(*next, "migration.sql", postgres_ddl));
  const std::shared_ptr<const schema::Catalogue> before = state_->catalogue;
  state_->catalogue = next;
  const auto outcome = state_->database->exclusive([&](sql::Connection& connection) -> Result<void> {
    auto& sqlite = dynamic_cast<sql::SqliteConnection&>(connection);
    HF_CHECK(schema::register_functions(sqlite.handle(), sqlite.session(), next));
    if (script.rebuilds) HF_CHECK(connection.execute("PRAGMA foreign_keys = OFF"));
    HF_CHECK(connection.execute("BEGIN IMMEDIATE"));
    auto ran = run_script(connection, script);
    HF_CHECK(connection.execute(ran.ok() ? "COMMIT" : "ROLLBACK"));
    HF_CHECK(connection.execute("PRAGMA foreign_keys = ON"));
    return ran;
  });
  if (!outcome.ok()) state_->catalogue = before;
  sql::refresh_connections(*state_->database);
  return outcome;
}

Result<PgRows> Embedded::query(std::string_view sql) { return query_as(base::kSystemRole, "{}", sql); }

Result<PgRows> Embedded::query_as(std::string_view role, std::string_view claims_json, std::string_view sql,
                                  bool keep) {
  sql::Session session;
  session.principal = {.role = std::string(role),
                       .subject = subject_of(std::string(claims_json)),
                       .claims_json = std::string(claims_json),
                       .key_prefix = {}};
  HF_TRY(const auto query, schema::compile_query(*state_->catalogue, role, sql));
  return run_in_transaction(*state_->database, session, query, keep);
}

Result<void> Embedded::reopen() {
  state_->database.reset();
  state_->open();
  return {};
}

sql::Database& Embedded::database() { return *state_->database; }

std::shared_ptr<const schema::Catalogue> Embedded::catalogue() const { return state_->catalogue; }

}  // namespace holdfast::testing
