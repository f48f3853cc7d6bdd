#include <gtest/gtest.h>

#include "schema/ddl_names.hpp"
#include "schema/migrations.hpp"

namespace holdfast::schema {
namespace {

/// The catalogue that a script leads to.
Catalogue after(std::string_view sql, Catalogue catalogue = {}) {
  const auto script = translate_script(catalogue, "test.sql", sql);
  EXPECT_TRUE(script.ok()) << (script.ok() ? "" : script.error().to_string());
  return catalogue;
}

std::string code_of(std::string_view sql, Catalogue catalogue = {}) {
  const auto script = translate_script(catalogue, "test.sql", sql);
  return script.ok() ? "" : script.error().code;
}

const Table& table_of(const Catalogue& catalogue, const std::string& name) {
  return *catalogue.find_table({.schema = "public", .name = name});
}

TEST(Ddl, names_constraints_as_postgresql_does) {
  const auto catalogue = after(
      "CREATE TABLE d (id uuid PRIMARY KEY);"
      "CREATE TABLE apps (id uuid PRIMARY KEY, package_id text UNIQUE, d uuid REFERENCES d,"
      " status text CHECK (status <> ''), CHECK (status <> package_id), CHECK (id <> d))");
  const auto& apps = table_of(catalogue, "apps");
  EXPECT_EQ(apps.primary_key->name, "apps_pkey");
  EXPECT_EQ(apps.uniques[0].name, "apps_package_id_key");
  EXPECT_EQ(apps.foreign_keys[0].name, "apps_d_fkey");
  EXPECT_EQ(apps.checks[0].name, "apps_status_check");
  EXPECT_EQ(apps.checks[1].name, "apps_check");
  EXPECT_EQ(apps.checks[2].name, "apps_check1");
}

TEST(Ddl, cuts_long_names_at_63_bytes) {
  const auto name = detail::object_name(std::string(60, 'a'), std::string(60, 'b'), "key");
  EXPECT_EQ(name, std::string(29, 'a') + "_" + std::string(29, 'b') + "_key");
  EXPECT_EQ(name.size(), 63U);
}

TEST(Ddl, leaves_the_catalogue_as_it_was_when_a_later_statement_is_refused) {
  Catalogue catalogue;
  const auto script = translate_script(catalogue, "test.sql", "CREATE TABLE a (id int); DO 'BEGIN END';");
  ASSERT_FALSE(script.ok());
  EXPECT_TRUE(catalogue.tables.empty());
}

TEST(Ddl, a_serial_key_is_the_rowid_and_an_int_key_without_sequence_is_not) {
  Catalogue catalogue;
  const auto script = translate_script(
      catalogue, "", "CREATE TABLE a (id bigserial PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY)");
  ASSERT_TRUE(script.ok());
  EXPECT_NE(script->statements[0].find("PRIMARY KEY AUTOINCREMENT"), std::string::npos);
  EXPECT_NE(script->statements[1].find("\"id\" INT NOT NULL"), std::string::npos);
}

TEST(Ddl, adds_a_plain_column_without_a_rebuild_and_one_with_a_default_by_a_rebuild) {
  const auto catalogue = after("CREATE TABLE a (id int PRIMARY KEY)");
  auto plain = catalogue;
  EXPECT_FALSE(translate_script(plain, "", "ALTER TABLE a ADD COLUMN t text")->rebuilds);
  auto defaulted = catalogue;
  EXPECT_TRUE(translate_script(defaulted, "", "ALTER TABLE a ADD COLUMN t text DEFAULT 'x'")->rebuilds);
}

TEST(Ddl, keeps_what_others_depend_on_unless_cascade_is_written) {
  const auto catalogue = after(
      "CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (a int REFERENCES a); CREATE VIEW v AS "
      "SELECT x FROM a");
  EXPECT_EQ(code_of("DROP TABLE a", catalogue), "2BP01");
  EXPECT_EQ(code_of("ALTER TABLE a DROP COLUMN x", catalogue), "2BP01");
  EXPECT_EQ(code_of("ALTER TABLE a DROP CONSTRAINT a_pkey", catalogue), "2BP01");
  const auto gone = after("DROP TABLE a CASCADE", catalogue);
  EXPECT_EQ(gone.tables.size(), 1U);
  EXPECT_TRUE(table_of(gone, "b").foreign_keys.empty());
}

TEST(Ddl, a_view_keeps_types_and_origins) {
  const auto catalogue =
      after("CREATE TABLE a (id uuid, n numeric(10,2)); CREATE VIEW v AS SELECT id, n + 1 AS more FROM a");
  const auto& view = table_of(catalogue, "v");
  ASSERT_EQ(view.columns.size(), 2U);
  EXPECT_TRUE(view.columns[0].type.is(types::Kind::uuid));
  EXPECT_EQ(view.columns[0].origin->column, "id");
  EXPECT_FALSE(view.columns[1].origin.has_value());
}

TEST(Ddl, recognises_the_updated_at_trigger) {
  const auto catalogue = after(
      "CREATE TABLE a (id int, updated_at timestamptz);"
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN "
      "NEW; END; $$;"
      "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch()");
  EXPECT_EQ(table_of(catalogue, "a").touch_column, "updated_at");
  EXPECT_EQ(code_of("DROP FUNCTION touch()", catalogue), "2BP01");
}

TEST(Ddl, gin_over_text_is_a_text_index_and_over_jsonb_only_a_name) {
  const auto catalogue = after(
      "CREATE TABLE a (t text, tags text[], j jsonb);"
      "CREATE INDEX i1 ON a USING gin (to_tsvector('english', t)); CREATE INDEX i2 ON a USING gin (tags);"
      "CREATE INDEX i3 ON a USING gin (j)");
  const auto& table = table_of(catalogue, "a");
  ASSERT_EQ(table.text_indexes.size(), 2U);
  EXPECT_EQ(table.text_indexes[0].columns, std::vector<std::string>{"t"});
  EXPECT_EQ(table.text_indexes[1].kind, TextIndexKind::array);
  EXPECT_EQ(table.indexes[0].method, "gin");
}

TEST(Ddl, grants_and_revokes_fold) {
  const auto catalogue = after(
      "CREATE TABLE a (id int, secret text); GRANT ALL ON a TO anon; REVOKE INSERT, UPDATE, DELETE, "
      "TRUNCATE, "
      "REFERENCES, TRIGGER ON a FROM anon; GRANT UPDATE (id) ON a TO authenticated");
  const std::set<Grant> wanted{{.role = "anon", .privilege = Privilege::select, .column = ""},
                               {.role = "authenticated", .privilege = Privilege::update, .column = "id"}};
  EXPECT_EQ(table_of(catalogue, "a").grants, wanted);
}

TEST(Ddl, policies_follow_a_renamed_column) {
  const auto catalogue = after(
      "CREATE TABLE a (id int, owner uuid); CREATE POLICY p ON a USING (owner = auth.uid());"
      "ALTER TABLE a RENAME COLUMN owner TO holder");
  EXPECT_NE(table_of(catalogue, "a").policies[0].using_expression->find("holder"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::schema
