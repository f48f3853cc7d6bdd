#include "sql/sqlite/sqlite_error.hpp"

#include "sql/sqlite/test_database.hpp"

namespace holdfast::sql {
namespace {

using testing::code_of;
using testing::script;
using testing::system_session;

class SqliteErrors : public ::testing::Test {
 protected:
  SqliteErrors() {
    auto opened = open_sqlite({.file = folder_.file(), .setups = {}});
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    EXPECT_EQ(code_of(database_->exclusive(script(R"sql(
      CREATE TABLE apps(
        id INTEGER PRIMARY KEY, package_id TEXT UNIQUE, name TEXT NOT NULL DEFAULT '', stars INTEGER,
        CONSTRAINT apps_stars_check CHECK (stars <= 5),
        CONSTRAINT "hf_22001:value too long for type character varying(10)" CHECK (length(name) <= 10)) STRICT;
      CREATE TABLE versions(app INTEGER REFERENCES apps ON DELETE RESTRICT) STRICT;
      CREATE TRIGGER t BEFORE UPDATE ON apps WHEN new.stars < 0
      BEGIN SELECT RAISE(ABORT, '42501|not yours|a detail|a hint'); END;
      INSERT INTO apps(id, package_id) VALUES(1, 'org.one');
      INSERT INTO versions VALUES(1))sql"))),
              "ok");
  }
  Error error_of(const std::string& sql) {
    const auto outcome = database_->write(system_session(), script(sql));
    return outcome.ok() ? Error{.code = "ok", .message = {}} : outcome.error();
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteErrors, name_the_key_that_exists_already) {
  const auto error = error_of("INSERT INTO apps(id, package_id) VALUES(2, 'org.one')");
  EXPECT_EQ(error.code, "23505");
  EXPECT_EQ(error.details, "UNIQUE constraint failed: apps.package_id");
  EXPECT_EQ(error_of("INSERT INTO apps(id) VALUES(1)").code, "23505");
}

TEST_F(SqliteErrors, name_the_column_that_must_have_a_value) {
  const auto error = error_of("INSERT INTO apps(name) VALUES(NULL)");
  EXPECT_EQ(error.code, "23502");
  EXPECT_EQ(error.details, "NOT NULL constraint failed: apps.name");
}

TEST_F(SqliteErrors, name_the_check_that_refused) {
  const auto error = error_of("INSERT INTO apps(stars) VALUES(6)");
  EXPECT_EQ(error.code, "23514");
  EXPECT_EQ(error.details, "CHECK constraint failed: apps_stars_check");
}

TEST_F(SqliteErrors, take_the_code_that_a_check_carries_in_its_name) {
  const auto error = error_of("INSERT INTO apps(name) VALUES('longer than ten')");
  EXPECT_EQ(error.code, "22001");
  EXPECT_EQ(error.message, "value too long for type character varying(10)");
}

TEST_F(SqliteErrors, tell_both_ends_of_a_foreign_key) {
  EXPECT_EQ(error_of("INSERT INTO versions VALUES(99)").code, "23503");
  EXPECT_EQ(error_of("DELETE FROM apps WHERE id = 1").code, "23503");
}

TEST_F(SqliteErrors, take_apart_what_triggers_and_functions_raise) {
  const auto error = error_of("UPDATE apps SET stars = -1");
  EXPECT_EQ(error.code, "42501");
  EXPECT_EQ(error.message, "not yours");
  EXPECT_EQ(error.details, "a detail");
  EXPECT_EQ(error.hint, "a hint");
}

TEST_F(SqliteErrors, have_postgresql_s_codes_for_wrong_sql) {
  EXPECT_EQ(error_of("SELECT * FROM nowhere").code, "42P01");
  EXPECT_EQ(error_of("SELECT nonsense FROM apps").code, "42703");
  EXPECT_EQ(error_of("SELECT \"nonsense\" FROM apps").code, "42703");
  EXPECT_EQ(error_of("SELECT nonsense()").code, "42883");
  EXPECT_EQ(error_of("SELEC").code, "42601");
  EXPECT_EQ(error_of("INSERT INTO apps(stars) VALUES('many')").code, "42804");
  EXPECT_EQ(error_of("INSERT INTO apps(id) VALUES(1) ON CONFLICT (name) DO NOTHING").code, "42P10");
}

TEST(SqliteErrorTexts, are_only_taken_apart_when_they_begin_with_a_code) {
  EXPECT_EQ(translate_error(SQLITE_ERROR, "no such thing|really").code, "XX000");
  EXPECT_EQ(translate_error(SQLITE_ERROR, "PGRST116|one row expected").message, "one row expected");
  EXPECT_EQ(translate_error(SQLITE_ERROR, "P0001|a|b|c|d").hint, "c|d");
}

TEST(SqliteErrorTexts, tell_a_statement_beyond_the_engine_s_limits) {
  for (const auto* text :
       {"parser stack overflow", "too many columns in result set", "at most 64 tables in a join",
        "Expression tree is too large (maximum depth 1000)", "LIKE or GLOB pattern too complex"})
    EXPECT_EQ(translate_error(SQLITE_ERROR, text).code, "54000") << text;
}

TEST(SqliteErrorTexts, map_what_the_machine_refuses) {
  EXPECT_EQ(translate_error(SQLITE_FULL, "").code, "53100");
  EXPECT_EQ(translate_error(SQLITE_IOERR_FSYNC, "").code, "58030");
  EXPECT_EQ(translate_error(SQLITE_NOMEM, "").code, "53200");
  EXPECT_EQ(translate_error(SQLITE_CORRUPT_VTAB, "").code, "HF012");
  EXPECT_EQ(translate_error(SQLITE_NOTADB, "").code, "HF012");
  EXPECT_EQ(translate_error(SQLITE_INTERRUPT, "").code, "57014");
  EXPECT_TRUE(translate_error(SQLITE_BUSY, "").retryable);
}

}  // namespace
}  // namespace holdfast::sql
