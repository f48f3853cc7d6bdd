#include <gtest/gtest.h>

#include "log/change_log.hpp"
#include "schema/functions.hpp"
#include "schema/migrations.hpp"
#include "schema/query.hpp"
#include "sql/sqlite/test_database.hpp"

// The page of changes under row-level security: what a role reads in the log is what it may read in the
// table, for the old row and for the new one.

namespace holdfast {
namespace {

using sql::testing::code_of;
using sql::testing::system_session;

constexpr char kAnn[] = "11111111-1111-4111-8111-111111111111";
constexpr char kBen[] = "22222222-2222-4222-8222-222222222222";

constexpr char kSchema[] = R"sql(
CREATE TYPE level AS ENUM ('low', 'mid', 'high');
CREATE TABLE notes (
    id      integer PRIMARY KEY,
    owner   uuid NOT NULL,
    title   varchar(20),
    level   level NOT NULL DEFAULT 'low',
    price   numeric(10, 2),
    made_at timestamptz DEFAULT '2026-01-31 12:00:00+00',
    secret  text
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT (id, owner, title, level, price, made_at, secret) ON notes TO authenticated;
GRANT SELECT (id, title) ON notes TO anon;
GRANT ALL ON notes TO service_role;
CREATE POLICY own ON notes FOR SELECT TO authenticated USING (owner = auth.uid());
CREATE POLICY high ON notes FOR SELECT TO anon USING (level > 'mid' OR price >= 100);
CREATE TABLE unshared (id integer PRIMARY KEY);
)sql";

class ChangesPage : public ::testing::Test {
 protected:
  ChangesPage() {
    sql::SqliteOptions options;
    options.file = folder_.file();
    options.observer = &log_;
    options.setups.emplace_back([this](sqlite3* connection, const sql::Session& session) {
      return schema::register_functions(connection, session, catalogue_);
    });
    auto opened = sql::open_sqlite(std::move(options));
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    migrate(kSchema, "secret");
  }

  void migrate(const std::string& ddl, const std::string& hidden_column) {
    auto next = std::make_shared<schema::Catalogue>(*catalogue_);
    const auto translated = schema::translate_script(*next, "001_notes.up.sql", ddl);
    ASSERT_TRUE(translated.ok()) << translated.error().to_string();
    for (auto& [name, table] : next->tables)
      for (auto& column : table.columns) column.hidden = column.hidden || column.name == hidden_column;
    catalogue_ = next;
    sql::refresh_connections(*database_);
    const auto migrated = database_->exclusive([&](sql::Connection& connection) -> Result<void> {
      HF_CHECK(log_.prepare(connection));
      for (const auto& statement : translated->statements) HF_CHECK(connection.execute(statement));
      log_.set_catalogue(next);
      return {};
    });
    ASSERT_EQ(code_of(migrated), "ok") << migrated.error().to_string();
  }

  static sql::Session session_of(const std::string& role, const std::string& subject = {}) {
    auto session = system_session();
    session.principal = {.role = role, .subject = subject, .claims_json = "{}", .key_prefix = {}};
    return session;
  }

  void write(std::string_view sql) {
    const auto query = schema::compile_query(*catalogue_, base::kSystemRole, sql);
    ASSERT_TRUE(query.ok()) << query.error().to_string();
    const auto committed = database_->write(
        system_session(), [&](sql::Connection& connection) { return connection.execute(query->sql); });
    ASSERT_EQ(code_of(committed), "ok") << committed.error().to_string();
  }

  std::string page(const sql::Session& session, log::Position since = 0, std::size_t limit = 100,
                   const log::ChangeFilter& filter = {}) {
    std::string json;
    const auto outcome = database_->read(session, [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(json, log::changes_page(connection, *catalogue_, since, limit, filter));
      return {};
    });
    EXPECT_EQ(code_of(outcome), "ok") << outcome.error().to_string();
    return json;
  }

  /// The first value of this name, where it is no object or array.
  static std::string part(const std::string& json, const std::string& key) {
    const auto start = json.find("\"" + key + "\":");
    if (start == std::string::npos) return "absent";
    const auto value = json.substr(start + key.size() + 3);
    return value.substr(0, value.find_first_of("}],"));
  }

  static std::size_t count(const std::string& json, std::string_view text) {
    std::size_t found = 0;
    for (auto at = json.find(text); at != std::string::npos; at = json.find(text, at + 1)) ++found;
    return found;
  }

  sql::testing::TemporaryFolder folder_;
  log::ChangeLog log_;
  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<const schema::Catalogue>();
  std::unique_ptr<sql::Database> database_;
};

TEST_F(ChangesPage, shows_a_role_the_rows_that_its_policies_show) {
  write(std::string("INSERT INTO notes(id, owner) VALUES (1, '") + kAnn + "'), (2, '" + kBen + "')");
  const auto ann = page(session_of("authenticated", kAnn));
  EXPECT_EQ(count(ann, "\"operation\""), 1U) << ann;
  EXPECT_NE(ann.find("\"id\":1,"), std::string::npos) << ann;
  EXPECT_EQ(ann.find(kBen), std::string::npos) << ann;
  EXPECT_EQ(count(page(session_of("service_role")), "\"operation\""), 2U);
  EXPECT_EQ(count(page(system_session()), "\"operation\""), 2U);
}

TEST_F(ChangesPage, shows_the_visible_side_of_a_row_that_enters_or_leaves_view) {
  write(std::string("INSERT INTO notes(id, owner) VALUES (1, '") + kAnn + "')");
  write(std::string("UPDATE notes SET owner = '") + kBen + "' WHERE id = 1");
  const auto ann = page(session_of("authenticated", kAnn), 1);
  EXPECT_NE(ann.find("\"after\":null"), std::string::npos) << ann;
  EXPECT_NE(ann.find(kAnn), std::string::npos) << ann;
  EXPECT_EQ(ann.find(kBen), std::string::npos) << ann;
  const auto ben = page(session_of("authenticated", kBen), 1);
  EXPECT_NE(ben.find("\"before\":null"), std::string::npos) << ben;
  EXPECT_EQ(ben.find(kAnn), std::string::npos) << ben;
}

TEST_F(ChangesPage, compares_enums_by_declaration_and_numerics_by_value_in_policies) {
  write(std::string("INSERT INTO notes(id, owner, title, level, price) VALUES (1, '") + kAnn +
        "', 'a', 'high', NULL), (2, '" + kAnn + "', 'b', 'mid', 99.99), (3, '" + kAnn +
        "', 'c', 'low', 100), (4, '" + kAnn + "', 'd', 'low', 9)");
  const auto anon = page(session_of("anon"));
  EXPECT_EQ(count(anon, "\"operation\""), 2U) << anon;
  EXPECT_NE(anon.find(R"("after":{"id":1,"title":"a"})"), std::string::npos) << anon;
  EXPECT_NE(anon.find(R"("after":{"id":3,"title":"c"})"), std::string::npos) << anon;
}

TEST_F(ChangesPage, writes_values_as_postgresql_does) {
  write(std::string("INSERT INTO notes(id, owner, title, price) VALUES (1, '") + kAnn +
        "', 'one \"two\"', 1.5)");
  const auto json = page(session_of("authenticated", kAnn));
  const auto after =
      std::string(R"("after":{"id":1,"owner":")") + kAnn +
      R"(","title":"one \"two\"","level":"low","price":1.50,"made_at":"2026-01-31T12:00:00+00:00"})";
  EXPECT_NE(json.find(after), std::string::npos) << json;
}

TEST_F(ChangesPage, tells_of_a_secret_only_that_it_changed) {
  write(std::string("INSERT INTO notes(id, owner, secret) VALUES (1, '") + kAnn + "', 'hunter2')");
  write("UPDATE notes SET secret = 'hunter3', title = 'x'");
  for (const auto& session :
       {session_of("authenticated", kAnn), session_of("service_role"), system_session()}) {
    const auto json = page(session);
    EXPECT_EQ(json.find("hunter"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("changed":["title","secret"])"), std::string::npos) << json;
    EXPECT_EQ(count(json, "\"secret\""), 1U) << json;
  }
}

TEST_F(ChangesPage, names_who_changed_a_row_only_to_those_who_see_every_row) {
  write(std::string("INSERT INTO notes(id, owner) VALUES (1, '") + kAnn + "')");
  EXPECT_EQ(part(page(session_of("authenticated", kAnn)), "role"), "absent");
  EXPECT_EQ(part(page(session_of("service_role")), "role"), "\"holdfast\"");
}

TEST_F(ChangesPage, leaves_out_tables_that_the_role_may_not_read_or_that_are_gone) {
  write("INSERT INTO unshared VALUES (1)");
  EXPECT_EQ(page(session_of("anon")), R"({"changes":[],"position":1,"more":false})");
  migrate("DROP TABLE unshared", "");
  EXPECT_EQ(page(system_session()), R"({"changes":[],"position":1,"more":false})");
}

TEST_F(ChangesPage, goes_on_from_its_position_whatever_was_left_out) {
  for (int id = 1; id <= 5; ++id)
    write("INSERT INTO notes(id, owner) VALUES (" + std::to_string(id) + ", '" + (id % 2 == 0 ? kAnn : kBen) +
          "')");
  const auto session = session_of("authenticated", kAnn);
  std::size_t shown = 0;
  log::Position since = 0;
  for (bool more = true; more;) {
    const auto json = page(session, since, 2);
    shown += count(json, "\"operation\"");
    const auto tail = json.substr(json.rfind("\"position\":"));
    since = std::stoll(part(tail, "position"));
    more = part(tail, "more") == "true";
  }
  EXPECT_EQ(shown, 2U);
  EXPECT_EQ(since, 5);
}

TEST_F(ChangesPage, reads_rows_that_were_written_before_a_column_was_added_or_retyped) {
  write(std::string("INSERT INTO notes(id, owner, title) VALUES (1, '") + kAnn + "', 'old')");
  migrate(
      "ALTER TABLE notes ADD COLUMN stars integer DEFAULT 3; ALTER TABLE notes ALTER COLUMN title TYPE text",
      "secret");
  const auto json = page(session_of("service_role"));
  EXPECT_NE(json.find(R"("title":"old")"), std::string::npos) << json;
  EXPECT_EQ(json.find("stars"), std::string::npos) << json;
}

}  // namespace
}  // namespace holdfast
