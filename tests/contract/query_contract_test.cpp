// Expressions and queries of PostgreSQL's language, run by PostgreSQL 15 and by the embedded engine: the same
// rows, the same types' text forms, the same codes.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "query_contract_cases.hpp"
#include "support/embedded.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {
namespace {

constexpr char kSchema[] = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE things (
  id int PRIMARY KEY, small int2, big int8, price numeric(10,2), exact numeric, ratio float8, single float4,
  name text, code varchar(10), padded char(5), good boolean, key uuid, born date, seen timestamptz,
  local timestamp, clock time, span interval, doc jsonb, raw json, tags text[], numbers int[], feeling mood,
  bin bytea);
CREATE TABLE parts (id int PRIMARY KEY, thing_id int REFERENCES things (id), label text NOT NULL, amount int,
  UNIQUE (thing_id, label));
CREATE TABLE notes (id int PRIMARY KEY, body text DEFAULT 'empty', rank int DEFAULT 7, made timestamptz DEFAULT now(),
  short varchar(3), twice int GENERATED ALWAYS AS (rank * 2) STORED);
CREATE VIEW cheap AS SELECT id, name AS title, price FROM things WHERE price < 10;
CREATE FUNCTION add_one(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n + 1 $$;
CREATE FUNCTION part_count(thing int) RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT count(*) FROM parts WHERE thing_id = thing $$;
CREATE FUNCTION parts_of(thing int, least_amount int DEFAULT 0) RETURNS SETOF parts LANGUAGE sql STABLE
  AS $$ SELECT * FROM parts WHERE thing_id = thing AND amount >= least_amount $$;
CREATE FUNCTION labels(thing int) RETURNS TABLE (label text, size int) LANGUAGE sql STABLE
  AS $$ SELECT label, length(label) FROM parts WHERE thing_id = thing $$;
)";

constexpr char kThings[] = R"(INSERT INTO things VALUES
(1, 1, 10000000000, 9.99, 1.50, 1.5, 0.5, 'Alpha', 'a1', 'ab', true, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
 '2026-01-31', '2026-01-31 12:34:56.123456+00', '2026-01-31 12:34:56', '12:34:56', '1 day 02:00:00',
 '{"a": 1, "b": {"c": [1, 2, "x"]}, "n": null}', '{"z": 1, "y": [true]}', '{red,green}', '{3,1,2}', 'sad', '\x00ff'),
(2, -2, -5, 100.00, 100, -0.25, 2.25, 'beta', 'B2', 'xyz', false, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12',
 '2024-02-29', '2025-12-31 23:59:59+00', '2025-12-31 23:59:59', '00:00:00', '-3 days',
 '[1, 2, 3]', '[]', '{}', '{}', 'happy', ''),
(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
 NULL, NULL, NULL),
(4, 32767, 9223372036854775807, 0.01, 12345678901234567890.123456789, 1e10, 1e3, 'Élan', 'é', '', true,
 'c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', '1999-12-31', '1999-12-31 00:00:00+00', '2000-01-01 00:00:00', '23:59:59',
 '1 mon', '"text"', '"text"', '{NULL,"a b","c\"d"}', '{NULL,7}', 'ok', '\xdeadbeef'),
(5, 0, 0, 9.99, 1.5, 0, 0, '', '', 'z', false, 'd0eebc99-9c0b-4ef8-bb6d-6bb9bd380a14', '2026-02-01',
 '2026-02-01 00:00:00+00', '2026-02-01 00:00:00', '06:00:00', '00:00:00', '{}', '{}', '{green}', '{1}', 'ok', '\x41'))";

constexpr char kParts[] = R"(INSERT INTO parts VALUES
(1, 1, 'wheel', 4), (2, 1, 'axle', 2), (3, 2, 'wheel', 3), (4, NULL, 'lost', NULL), (5, 4, 'cog', 100))";

/// Both engines with the same schema and rows.
struct Engines {
  Engines() : postgres(Postgres::shared().create_database()) {
    for (const char* sql : {kSchema}) {
      EXPECT_TRUE(postgres.query(sql).ok());
      const auto migrated = embedded.migrate(sql);
      EXPECT_TRUE(migrated.ok()) << migrated.error().to_string();
    }
    for (const char* sql : {kThings, kParts}) {
      EXPECT_TRUE(postgres.query(sql).ok());
      const auto inserted = embedded.query(sql);
      EXPECT_TRUE(inserted.ok()) << inserted.error().to_string();
    }
  }
  PgConnection postgres;
  Embedded embedded;
};

Engines& engines() {
  static Engines both;
  return both;
}

std::string printed(const Result<PgRows>& result, bool ordered) {
  if (!result.ok()) return "error " + result.error().code;
  std::vector<std::string> lines;
  for (const auto& row : result->rows) {
    std::string line;
    for (const auto& value : row) line += (value ? *value : "NULL") + "|";
    lines.push_back(line);
  }
  if (!ordered) std::ranges::sort(lines);
  std::string text;
  for (const auto& name : result->columns) text += name + ",";
  for (const auto& line : lines) text += "\n" + line;
  return text;
}

std::string explained(const Result<PgRows>& result) { return result.ok() ? "" : result.error().to_string(); }

/// Codes that PostgreSQL has for what the embedded engine finds earlier, or later.
void expect_same(const std::string& sql) {
  const bool ordered = sql.find("ORDER BY") != std::string::npos;
  const auto oracle = engines().postgres.query_as("postgres", "{}", sql, false);
  const auto ours = engines().embedded.query_as("holdfast", "{}", sql, false);
  EXPECT_EQ(printed(oracle, ordered), printed(ours, ordered)) << sql << "\n"
                                                              << explained(oracle) << explained(ours);
}

TEST(QueryContract, expressions_over_rows_with_nulls_give_what_postgresql_gives) {
  for (const auto* expression : kRowExpressions) {
    expect_same("SELECT id, (" + std::string(expression) + ") AS v FROM things ORDER BY id");
  }
}

TEST(QueryContract, constant_expressions_give_what_postgresql_gives) {
  for (const auto* expression : kConstantExpressions) expect_same("SELECT " + std::string(expression));
}

TEST(QueryContract, queries_give_the_rows_and_names_that_postgresql_gives) {
  for (const auto* query : kQueries) expect_same(query);
}

TEST(QueryContract, statements_that_write_return_what_postgresql_returns) {
  for (const auto* statement : kWrites) expect_same(statement);
}

TEST(QueryContract, wrong_statements_are_refused_with_postgresqls_codes) {
  for (const auto* query : kRefused) expect_same(query);
}

TEST(QueryContract, what_has_no_translation_is_refused_with_its_place) {
  for (const auto* query : kUntranslatable) {
    const auto ours = engines().embedded.query(query);
    ASSERT_FALSE(ours.ok()) << query;
    EXPECT_EQ(ours.error().code, "HF003") << query << "\n" << ours.error().to_string();
    EXPECT_FALSE(ours.error().hint.empty()) << query;
  }
}

TEST(QueryContract, hostile_nesting_is_an_error_and_no_crash) {
  const auto repeated = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  std::vector<std::string> hostile{
      "SELECT " + repeated("NOT (", 2000) + "true" + repeated(")", 2000),
      "SELECT 1" + repeated(" + 1", 3000),
      "SELECT " + repeated("(SELECT ", 500) + "1" + repeated(")", 500),
      "SELECT " + repeated("coalesce(", 1500) + "1" + repeated(", 2)", 1500),
  };
  for (const auto& query : hostile) {
    const auto ours = engines().embedded.query(query);
    ASSERT_FALSE(ours.ok());
    EXPECT_EQ(ours.error().code, "54001") << ours.error().to_string();
  }
}

}  // namespace
}  // namespace holdfast::testing
