// What tables promise, on both engines: codes of violations, cascades, defaults, orders, and data that
// survives every ALTER TABLE.

#include <gtest/gtest.h>

#include "support/two_engines.hpp"

namespace holdfast::testing {
namespace {

TEST(DdlContract, violations_have_the_same_codes) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE t (id int PRIMARY KEY, code varchar(3) UNIQUE, n smallint NOT NULL CHECK (n > 0), b "
      "boolean);"
      "CREATE TABLE c (t int REFERENCES t (id))");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (1, 'abc', 1, true)"), "");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (1, 'abd', 1, true)"), "23505");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (2, 'abc', 1, true)"), "23505");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (2, 'abcd', 1, true)"), "22001");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (2, 'abd', NULL, true)"), "23502");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (2, 'abd', 0, true)"), "23514");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (2, 'abd', 40000, true)"), "22003");
  EXPECT_EQ(both.ask("INSERT INTO t (code, n) VALUES ('abd', 1)"), "23502");
  EXPECT_EQ(both.ask("INSERT INTO c VALUES (7)"), "23503");
  EXPECT_EQ(both.ask("INSERT INTO c VALUES (1)"), "");
  EXPECT_EQ(both.ask("DELETE FROM t"), "23503");
  EXPECT_EQ(both.ask("UPDATE t SET id = 5"), "23503");
}

TEST(DdlContract, nulls_are_distinct_in_unique_keys_and_partial_indexes_bind_their_rows_only) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE t (a int UNIQUE, b text, live boolean DEFAULT true);"
      "CREATE UNIQUE INDEX ON t (lower(b)) WHERE live");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (NULL, 'x'), (NULL, 'y')"), "");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (1, 'X')"), "23505");
  EXPECT_EQ(both.ask("INSERT INTO t VALUES (1, 'X', false)"), "");
}

TEST(DdlContract, foreign_keys_act_as_declared) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE p (id int PRIMARY KEY, alt int UNIQUE);"
      "CREATE TABLE c1 (p int REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE);"
      "CREATE TABLE c2 (p int REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE);"
      "CREATE TABLE c3 (p int DEFAULT 2 REFERENCES p (alt) ON DELETE SET DEFAULT);"
      "CREATE TABLE self (id int PRIMARY KEY, up int REFERENCES self ON DELETE CASCADE)");
  both.ask("INSERT INTO p VALUES (1, 1), (2, 2)");
  both.ask("INSERT INTO c1 VALUES (1)");
  both.ask("INSERT INTO c2 VALUES (1)");
  both.ask("INSERT INTO c3 VALUES (1)");
  both.ask("INSERT INTO self VALUES (1, NULL), (2, 1), (3, 2)");
  both.ask("UPDATE p SET id = 10 WHERE id = 1");
  EXPECT_EQ(both.ask("SELECT p FROM c1"), "10\n");
  both.ask("DELETE FROM p WHERE id = 10");
  EXPECT_EQ(both.ask("SELECT count(*) FROM c1"), "0\n");
  EXPECT_EQ(both.ask("SELECT p FROM c2"), "∅\n");
  EXPECT_EQ(both.ask("SELECT p FROM c3"), "2\n");
  both.ask("DELETE FROM self WHERE id = 1");
  EXPECT_EQ(both.ask("SELECT count(*) FROM self"), "0\n");
}

TEST(DdlContract, defaults_are_stored_in_their_types) {
  TwoEngines both;
  both.migrate(
      "CREATE TYPE mood AS ENUM ('sad', 'happy');"
      "CREATE TABLE t (k int, a numeric(6,2) DEFAULT 1.5, b jsonb DEFAULT '{\"b\": 1, \"a\": [1, 2]}', "
      "c text[] DEFAULT '{x,\"y z\"}', d date DEFAULT '2024-02-29', e timestamptz DEFAULT '2024-01-01 "
      "10:00+02', "
      "f mood DEFAULT 'happy', g boolean DEFAULT 'yes', h bytea DEFAULT '\\xdead', i float8 DEFAULT 1e10, "
      "j interval DEFAULT '1 day 2 hours', l uuid DEFAULT 'A0EEBC999C0B4EF8BB6D6BB9BD380A11', m text DEFAULT "
      "5, "
      "n int DEFAULT 2 + 3, o text DEFAULT lower('ABC'), p char(5) DEFAULT 'ab')");
  both.ask("INSERT INTO t (k) VALUES (1)");
  both.ask("SELECT * FROM t");
  both.reopen();
  both.ask("SELECT * FROM t");
}

TEST(DdlContract, defaults_that_do_not_fit_are_refused) {
  TwoEngines both;
  EXPECT_EQ(both.migrate("CREATE TABLE t (a int DEFAULT 'x')"), "22P02");
  EXPECT_EQ(both.migrate("CREATE TABLE t (a boolean DEFAULT 1)"), "42804");
  EXPECT_EQ(both.migrate("CREATE TABLE t (a int, b int DEFAULT a)"), "0A000");
}

TEST(DdlContract, enums_order_by_declaration_also_after_a_label_was_added) {
  TwoEngines both;
  both.migrate(
      "CREATE TYPE size AS ENUM ('small', 'large'); CREATE TABLE t (id serial PRIMARY KEY, s size);"
      "CREATE INDEX ON t (s)");
  both.ask("INSERT INTO t (s) VALUES ('large'), ('small')");
  EXPECT_EQ(both.ask("INSERT INTO t (s) VALUES ('medium')"), "22P02");
  both.migrate("ALTER TYPE size ADD VALUE 'medium' BEFORE 'large'");
  both.ask("INSERT INTO t (s) VALUES ('medium')");
  EXPECT_EQ(both.ask("SELECT s FROM t ORDER BY s"), "small\nmedium\nlarge\n");
  both.migrate("ALTER TYPE size RENAME VALUE 'small' TO 'tiny'");
  EXPECT_EQ(both.ask("SELECT s FROM t WHERE s < 'large' ORDER BY s DESC"), "medium\ntiny\n");
}

TEST(DdlContract, generated_columns_follow_and_are_not_written) {
  TwoEngines both;
  both.migrate("CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a * b) STORED)");
  both.ask("INSERT INTO t (a, b) VALUES (2, 3)");
  EXPECT_EQ(both.ask("SELECT c FROM t"), "6\n");
  both.ask("UPDATE t SET a = 4");
  EXPECT_EQ(both.ask("SELECT c FROM t"), "12\n");
  EXPECT_EQ(both.ask("INSERT INTO t (a, b, c) VALUES (1, 1, 1)"), "428C9");
}

TEST(DdlContract, serials_identities_and_sequences_count) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE s (id bigserial PRIMARY KEY, t text);"
      "CREATE TABLE i (id int GENERATED BY DEFAULT AS IDENTITY (START WITH 100) PRIMARY KEY, t text);"
      "CREATE TABLE n (k text, num serial);"
      "CREATE SEQUENCE q START 10 INCREMENT 5; CREATE TABLE u (v bigint DEFAULT nextval('q'))");
  both.ask("INSERT INTO s (t) VALUES ('a'), ('b')");
  both.ask("DELETE FROM s");
  both.ask("INSERT INTO s (t) VALUES ('c')");
  EXPECT_EQ(both.ask("SELECT id FROM s"), "3\n");
  both.ask("INSERT INTO i (t) VALUES ('a'), ('b')");
  EXPECT_EQ(both.ask("SELECT id FROM i ORDER BY id"), "100\n101\n");
  both.ask("INSERT INTO n (k) VALUES ('a'), ('b')");
  EXPECT_EQ(both.ask("SELECT num FROM n ORDER BY k"), "1\n2\n");
  both.ask("INSERT INTO u DEFAULT VALUES");
  both.ask("INSERT INTO u DEFAULT VALUES");
  EXPECT_EQ(both.ask("SELECT v FROM u ORDER BY v"), "10\n15\n");
  both.reopen();
  both.ask("INSERT INTO s (t) VALUES ('d')");
  EXPECT_EQ(both.ask("SELECT max(id) FROM s"), "4\n");
}

/// A table with one of everything, and rows in it.
void make_orders(TwoEngines& both) {
  both.migrate(
      "CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL);"
      "CREATE TABLE orders (id serial PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE "
      "CASCADE,"
      " amount numeric(10,2) DEFAULT 0, note varchar(20), paid boolean DEFAULT false, CHECK (amount >= 0));"
      "CREATE INDEX ON orders (customer, amount DESC);"
      "CREATE TABLE lines (order_id int REFERENCES orders ON DELETE CASCADE, text text)");
  both.ask("INSERT INTO customers (name) VALUES ('ann'), ('bob')");
  both.ask(
      "INSERT INTO orders (customer, amount, note) VALUES (1, 10.50, 'first'), (2, 3, NULL), (1, "
      "99999999.99, 'big')");
  both.ask("INSERT INTO lines VALUES (1, 'x'), (3, 'y')");
}

TEST(DdlContract, every_alter_keeps_the_rows_and_what_points_at_them) {
  TwoEngines both;
  make_orders(both);
  for (const std::string alter :
       {"ADD COLUMN plain text", "ADD COLUMN state text NOT NULL DEFAULT 'new'",
        "ALTER COLUMN amount TYPE numeric(12,4)", "ALTER COLUMN note TYPE text",
        "ALTER COLUMN note SET DEFAULT 'none'", "ALTER COLUMN note DROP DEFAULT",
        "ALTER COLUMN amount SET NOT NULL", "ALTER COLUMN amount DROP NOT NULL",
        "RENAME COLUMN note TO remark", "ADD CONSTRAINT positive CHECK (id > 0)",
        "RENAME CONSTRAINT positive TO above_zero", "DROP CONSTRAINT above_zero",
        "ADD CONSTRAINT remark_key UNIQUE (remark)", "DROP CONSTRAINT remark_key", "DROP COLUMN plain",
        "ADD COLUMN double numeric GENERATED ALWAYS AS (amount * 2) STORED",
        "ALTER COLUMN double DROP EXPRESSION",
        "ALTER COLUMN paid TYPE text USING CASE WHEN paid THEN 'yes' ELSE 'no' END", "RENAME TO purchases"}) {
    both.migrate("ALTER TABLE orders " + alter);
    const std::string table = alter.starts_with("RENAME TO") ? "purchases" : "orders";
    both.ask("SELECT * FROM " + table + " ORDER BY id");
    EXPECT_EQ(both.ask("SELECT * FROM lines ORDER BY text"), "1|x\n3|y\n") << alter;
  }
  both.ask("INSERT INTO purchases (customer, remark) VALUES (2, 'after')");
  both.ask("SELECT id, state, paid FROM purchases ORDER BY id");
  both.ask("DELETE FROM customers WHERE id = 1");
  EXPECT_EQ(both.ask("SELECT count(*) FROM lines"), "0\n");
  both.reopen();
  both.ask("SELECT * FROM purchases ORDER BY id");
}

TEST(DdlContract, alters_that_the_rows_forbid_change_nothing) {
  TwoEngines both;
  make_orders(both);
  EXPECT_EQ(both.migrate("ALTER TABLE orders ALTER COLUMN note SET NOT NULL"), "23502");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ADD CHECK (amount < 50)"), "23514");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ADD UNIQUE (customer)"), "23505");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ALTER COLUMN note TYPE varchar(2)"), "22001");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ALTER COLUMN note TYPE int"), "42804");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ALTER COLUMN note TYPE int USING note::int"), "22P02");
  EXPECT_EQ(both.migrate("ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES customers"), "23503");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ADD COLUMN must int NOT NULL"), "23502");
  both.ask("SELECT * FROM orders ORDER BY id");
}

TEST(DdlContract, objects_in_the_way_have_the_same_codes) {
  TwoEngines both;
  make_orders(both);
  both.migrate("CREATE VIEW v AS SELECT note FROM orders");
  EXPECT_EQ(both.migrate("CREATE TABLE orders (a int)"), "42P07");
  EXPECT_EQ(both.migrate("CREATE TABLE IF NOT EXISTS orders (a int)"), "");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a int, a int)"), "42701");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a int PRIMARY KEY, b int PRIMARY KEY)"), "42P16");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a nothing)"), "42704");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a int REFERENCES nothing)"), "42P01");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a int REFERENCES orders (note))"), "42830");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a text REFERENCES orders)"), "42804");
  EXPECT_EQ(both.migrate("CREATE TABLE nowhere.x (a int)"), "3F000");
  EXPECT_EQ(both.migrate("CREATE INDEX ON orders (nothing)"), "42703");
  EXPECT_EQ(both.migrate("ALTER TABLE orders DROP COLUMN nothing"), "42703");
  EXPECT_EQ(both.migrate("ALTER TABLE orders DROP COLUMN note"), "2BP01");
  EXPECT_EQ(both.migrate("ALTER TABLE orders ALTER COLUMN note TYPE text"), "0A000");
  EXPECT_EQ(both.migrate("ALTER TABLE orders RENAME COLUMN note TO paid"), "42701");
  EXPECT_EQ(both.migrate("ALTER TABLE orders DROP CONSTRAINT nothing"), "42704");
  EXPECT_EQ(both.migrate("DROP TABLE orders"), "2BP01");
  EXPECT_EQ(both.migrate("DROP TABLE nothing"), "42P01");
  EXPECT_EQ(both.migrate("DROP TABLE IF EXISTS nothing"), "");
  EXPECT_EQ(both.migrate("DROP VIEW orders"), "42809");
  EXPECT_EQ(both.migrate("DROP INDEX nothing"), "42704");
  EXPECT_EQ(both.migrate("DROP INDEX orders_pkey"), "2BP01");
  EXPECT_EQ(both.migrate("TRUNCATE orders"), "0A000");
  EXPECT_EQ(both.migrate("COMMENT ON TABLE nothing IS 'x'"), "42P01");
  EXPECT_EQ(both.migrate("GRANT SELECT ON orders TO nobody"), "42704");
  EXPECT_EQ(both.migrate("CREATE POLICY p ON orders USING (nothing)"), "42703");
  EXPECT_EQ(both.migrate("CREATE POLICY p ON orders USING (1)"), "42804");
  EXPECT_EQ(both.migrate("CREATE TABLE x (a int CHECK (a + 1))"), "42804");
  EXPECT_EQ(both.migrate("CREATE TYPE e AS ENUM ('a'); CREATE TYPE e AS ENUM ('b')"), "42710");
  EXPECT_EQ(both.migrate("DROP TABLE orders CASCADE"), "");
  EXPECT_EQ(both.ask("SELECT * FROM lines ORDER BY text"), "1|x\n3|y\n");
}

TEST(DdlContract, names_of_constraints_are_postgresqls) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE a_table_with_a_name_that_is_rather_long_indeed (id int PRIMARY KEY, "
      "a_column_with_a_name_that_is_long_too int UNIQUE CHECK (a_column_with_a_name_that_is_long_too > 0), b "
      "int, "
      "CHECK (b > id), CHECK (b > 0), CHECK (b > 1), UNIQUE (id, b), FOREIGN KEY (b) REFERENCES "
      "a_table_with_a_name_that_is_rather_long_indeed);"
      "CREATE INDEX ON a_table_with_a_name_that_is_rather_long_indeed (lower(b::text), (b + 1), (b + 2))");
  const auto rows = both.postgres().query(
      "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace UNION "
      "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
  const auto dumped = schema::dump(*both.embedded().catalogue());
  ASSERT_TRUE(rows.ok());
  for (const auto& row : rows->rows) {
    EXPECT_NE(dumped.find(*row[0] + " "), std::string::npos) << *row[0] << " is not in\n" << dumped;
  }
}

TEST(DdlContract, touch_triggers_set_the_moment_of_the_update) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE t (id int PRIMARY KEY, updated_at timestamptz DEFAULT '2000-01-01Z');"
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN "
      "NEW; END $$;"
      "CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()");
  both.ask("INSERT INTO t VALUES (1)");
  both.ask("UPDATE t SET id = 2");
  EXPECT_EQ(both.ask("SELECT updated_at > '2020-01-01Z' FROM t"), "t\n");
}

TEST(DdlContract, like_partitions_schemas_and_create_table_as) {
  TwoEngines both;
  both.migrate(
      "CREATE SCHEMA store; CREATE TABLE store.items (id int PRIMARY KEY, t text DEFAULT 'x' CHECK (t <> "
      "''));"
      "CREATE TABLE copy (LIKE store.items INCLUDING ALL);"
      "CREATE TABLE bare (LIKE store.items);"
      "CREATE TABLE parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
      "CREATE TABLE parts_all PARTITION OF parts DEFAULT");
  both.ask("INSERT INTO store.items (id) VALUES (1)");
  both.ask("INSERT INTO copy (id) VALUES (1)");
  both.ask("INSERT INTO bare (id) VALUES (1)");
  EXPECT_EQ(both.ask("INSERT INTO copy VALUES (2, '')"), "23514");
  EXPECT_EQ(both.ask("INSERT INTO copy VALUES (1)"), "23505");
  both.ask("INSERT INTO bare VALUES (1, '')");
  both.ask("SELECT * FROM bare ORDER BY t");
  both.ask("INSERT INTO parts VALUES (1, '2024-01-01')");
  both.migrate("CREATE TABLE taken AS SELECT id + 1 AS more, t FROM store.items");
  EXPECT_EQ(both.ask("SELECT * FROM taken"), "2|x\n");
}

TEST(DdlContract, data_statements_in_migrations_run) {
  TwoEngines both;
  both.migrate(
      "CREATE TABLE t (id serial PRIMARY KEY, name text);"
      "INSERT INTO t (name) VALUES ('a'), ('b'), ('c');"
      "UPDATE t SET name = upper(name) WHERE id > 1; DELETE FROM t WHERE id = 3;"
      "SELECT setval('t_id_seq', 50)");
  both.ask("INSERT INTO t (name) VALUES ('d')");
  EXPECT_EQ(both.ask("SELECT * FROM t ORDER BY id"), "1|a\n2|B\n51|d\n");
  both.migrate("TRUNCATE t RESTART IDENTITY");
  both.ask("INSERT INTO t (name) VALUES ('e')");
  EXPECT_EQ(both.ask("SELECT * FROM t"), "1|e\n");
}

}  // namespace
}  // namespace holdfast::testing
