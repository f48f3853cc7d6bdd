// Every function that is registered on SQLite, against the PostgreSQL expression that it stands for.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "base/time.hpp"
#include "schema/functions.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {
namespace {

struct Pair {
  std::string postgres;
  std::string sqlite;  ///< gives PostgreSQL's text form
};

/// SQLite with the functions, for a caller with a token.
class Engine {
 public:
  Engine() {
    session_.principal = {
        .role = "authenticated",
        .subject = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        .claims_json = R"({"sub":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11","role":"authenticated","n":1.50})",
        .key_prefix = {}};
    session_.now = base::Timestamp(std::chrono::microseconds(1'769'860'800'123'456));
    auto catalogue = std::make_shared<schema::Catalogue>();
    catalogue->enums[{"public", "mood"}] =
        std::make_shared<types::EnumType>(types::EnumType{"public", "mood", {"sad", "ok", "happy"}});
    sqlite3_open(":memory:", &connection_);
    const auto done = schema::register_functions(connection_, session_, catalogue);
    EXPECT_TRUE(done.ok()) << done.error().to_string();
  }
  ~Engine() { sqlite3_close(connection_); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// The first value of the first row, or the code of the error.
  std::string ask(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    std::string answer;
    if (sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      return "cannot prepare: " + std::string(sqlite3_errmsg(connection_));
    }
    const int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      answer = text == nullptr ? "NULL" : text;
    } else {
      answer = "error " + std::string(sqlite3_errmsg(connection_)).substr(0, 5);
    }
    sqlite3_finalize(statement);
    return answer;
  }

 private:
  sql::Session session_;
  sqlite3* connection_ = nullptr;
};

PgConnection& postgres() {
  static PgConnection connection(Postgres::shared().create_database());
  static const bool ready = [] {
    const auto made = connection.query(R"sql(
      CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
      CREATE FUNCTION evaluate(expression text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE answer text; BEGIN
        EXECUTE 'SELECT format(''%s'', x) FROM (SELECT ' || expression || ') AS t(x) WHERE x IS NOT NULL' INTO answer;
        RETURN coalesce(answer, 'NULL');
      EXCEPTION WHEN OTHERS THEN RETURN 'error ' || SQLSTATE;
      END $$)sql");
    return made.ok();
  }();
  EXPECT_TRUE(ready);
  return connection;
}

std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

void expect_same(const std::vector<Pair>& pairs) {
  std::string sql = "SELECT evaluate(e) FROM (VALUES ";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    sql += (i == 0 ? "(" : ",(") + std::to_string(i) + "," + literal(pairs[i].postgres) + ")";
  }
  const auto theirs = postgres().query(sql + ") AS v(n, e) ORDER BY n");
  ASSERT_TRUE(theirs.ok()) << theirs.error().to_string();
  Engine engine;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(engine.ask("SELECT " + pairs[i].sqlite), theirs->rows[i][0].value_or(""))
        << pairs[i].postgres << "  |  " << pairs[i].sqlite;
  }
}

TEST(FunctionsContract, integers_are_checked) {
  expect_same({{"32767::int2 + 1::int2", "pg_int_add(32767, 1, 'smallint')"},
               {"2147483647 + 1", "pg_int_add(2147483647, 1, 'integer')"},
               {"9223372036854775807 + 1", "pg_int_add(9223372036854775807, 1, 'bigint')"},
               {"7 - 9", "pg_int_sub(7, 9, 'integer')"},
               {"46341 * 46341", "pg_int_mul(46341, 46341, 'integer')"},
               {"-7 / 2", "pg_int_div(-7, 2, 'integer')"},
               {"7 / 0", "pg_int_div(7, 0, 'integer')"},
               {"(-2147483648) / -1", "pg_int_div(-2147483648, -1, 'integer')"},
               {"-7 % 3", "pg_int_mod(-7, 3, 'integer')"},
               {"7 % 0", "pg_int_mod(7, 0, 'integer')"},
               {"abs(-5)", "pg_int_abs(-5, 'integer')"},
               {"abs((-32768)::int2)", "pg_int_abs(-32768, 'smallint')"},
               {"1 + NULL::int", "pg_int_add(1, NULL, 'integer')"},
               {"1e308::float8 * 10", "pg_float_check(1e308 * 10, 'double precision')"},
               {"1::float8 / 0", "pg_float_div(1.0, 0.0, 'double precision')"},
               {"sqrt((-1)::float8)", "pg_float_sqrt(-1.0)"},
               {"round(2.5::float8)", "pg_text(pg_float_round(2.5), 'double precision')"},
               {"power(2::float8, 0.5)", "pg_text(pg_float_power(2.0, 0.5), 'double precision')"},
               {"ln(0::float8)", "pg_float_ln(0.0)"}});
}

TEST(FunctionsContract, numerics_have_the_same_digits) {
  std::vector<Pair> pairs;
  const std::vector<std::string> values{"0",
                                        "1",
                                        "-1",
                                        "1.50",
                                        "-2.675",
                                        "3",
                                        "10",
                                        "0.001",
                                        "1e20",
                                        "1e-20",
                                        "12345678901234567890.123456789",
                                        "99999",
                                        "NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "7.00",
                                        "0.3333"};
  const std::vector<std::pair<std::string, std::string>> operators{
      {"+", "add"}, {"-", "sub"}, {"*", "mul"}, {"/", "div"}, {"%", "mod"}};
  for (const auto& a : values) {
    for (const auto& b : values) {
      const std::string left = "'" + a + "'::numeric";
      const std::string right = "'" + b + "'::numeric";
      const std::string ours = "pg_cast('" + a + "','text','numeric'), pg_cast('" + b + "','text','numeric')";
      for (const auto& [op, name] : operators)
        pairs.push_back({left + " " + op + " " + right, "pg_numeric_" + name + "(" + ours + ")"});
    }
    const std::string ours = "pg_cast('" + a + "','text','numeric')";
    for (const std::string f : {"abs", "ceil", "floor", "sign", "sqrt"}) {
      pairs.push_back({f + "('" + a + "'::numeric)", "pg_numeric_" + f + "(" + ours + ")"});
    }
    pairs.push_back({"- '" + a + "'::numeric", "pg_numeric_neg(" + ours + ")"});
    for (const std::string d : {"0", "2", "-1", "-3", "5"}) {
      pairs.push_back(
          {"round('" + a + "'::numeric, " + d + ")", "pg_numeric_round(" + ours + ", " + d + ")"});
      pairs.push_back(
          {"trunc('" + a + "'::numeric, " + d + ")", "pg_numeric_trunc(" + ours + ", " + d + ")"});
    }
  }
  expect_same(pairs);
}

TEST(FunctionsContract, numeric_powers_have_the_same_digits) {
  std::vector<Pair> pairs;
  for (const std::string base :
       {"2", "0", "1", "-2", "1.5", "10", "0.5", "123.456", "0.001", "NaN", "Infinity"}) {
    for (const std::string exponent :
         {"0", "1", "2", "-1", "-3", "10", "0.5", "1.7", "-0.25", "100", "NaN", "Infinity"}) {
      pairs.push_back({"power('" + base + "'::numeric, '" + exponent + "'::numeric)",
                       "pg_numeric_power('" + base + "', '" + exponent + "')"});
    }
  }
  expect_same(pairs);
}

TEST(FunctionsContract, casts_are_alike) {
  expect_same(
      {{"'abcdef'::varchar(3)", "pg_cast('abcdef', 'text', 'character varying(3)')"},
       {"true::text", "pg_cast(1, 'boolean', 'text')"},
       {"'ab '::char(5)::text || '|'", "pg_cast('ab   ', 'character(5)', 'text') || '|'"},
       {"2.5::numeric::int", "pg_cast('2.5', 'numeric', 'integer')"},
       {"2.5::float8::int", "pg_cast(2.5, 'double precision', 'integer')"},
       {"3e9::float8::int", "pg_cast(3e9, 'double precision', 'integer')"},
       {"1234.567::numeric::numeric(6,2)", "pg_cast('1234.567', 'numeric', 'numeric(6,2)')"},
       {"1234.567::numeric::numeric(5,2)", "pg_cast('1234.567', 'numeric', 'numeric(5,2)')"},
       {"0.1::float8::numeric", "pg_cast(0.1, 'double precision', 'numeric')"},
       {"0.1::float4::numeric", "pg_cast(0.1, 'real', 'numeric')"},
       {"300000::int4::int2", "pg_cast(300000, 'integer', 'smallint')"},
       {"'12x'::text::int", "pg_cast('12x', 'text', 'integer')"},
       {"'2026-01-31'::date::timestamptz",
        "pg_text(pg_cast(pg_cast('2026-01-31','text','date'), 'date', 'timestamp with time zone'), "
        "'timestamp with time zone')"},
       {"'2026-01-31 23:59:59.5'::timestamp::date",
        "pg_text(pg_cast(pg_cast('2026-01-31 23:59:59.5','text','timestamp'), 'timestamp', 'date'), 'date')"},
       {"'2026-01-31 23:59:59.5'::timestamp::time",
        "pg_text(pg_cast(pg_cast('2026-01-31 23:59:59.5','text','timestamp'), 'timestamp', 'time'), 'time')"},
       {"'{\"a\":1}'::jsonb::text", "pg_cast('{\"a\":1}', 'jsonb', 'text')"},
       {"'1.5'::jsonb::int", "pg_cast('1.5', 'jsonb', 'integer')"},
       {"'true'::jsonb::boolean::text", "pg_cast(pg_cast('true', 'jsonb', 'boolean'), 'boolean', 'text')"},
       {"'\"x\"'::jsonb::int", "pg_cast('\"x\"', 'jsonb', 'integer')"},
       {"'{1,2}'::int[]::text[]", "pg_text(pg_cast('[1,2]', 'integer[]', 'text[]'), 'text[]')"},
       {"'{1,2}'::int[]::text", "pg_cast('[1,2]', 'integer[]', 'text')"},
       {"'happy'::text::mood", "pg_cast('happy', 'text', 'mood')"},
       {"'glad'::text::mood", "pg_cast('glad', 'text', 'mood')"},
       {"12.345::numeric::money", "pg_text(pg_cast('12.345', 'numeric', 'money'), 'money')"},
       {"'$12.34'::money::numeric", "pg_cast(1234, 'money', 'numeric')"},
       {"'192.168.0.1'::inet::text", "pg_cast('192.168.0.1', 'inet', 'text')"},
       {"greatest(3, 7, NULL, 5)", "pg_greatest('integer', 3, 7, NULL, 5)"},
       {"least('b'::text, 'a')", "pg_least('text', 'b', 'a')"},
       {"to_json('2026-01-31 12:00+02'::timestamptz)",
        "pg_json(pg_cast('2026-01-31 12:00+02','text','timestamptz'), 'timestamptz')"}});
}

TEST(FunctionsContract, texts_are_alike) {
  std::vector<Pair> pairs;
  const auto same = [&pairs](const std::string& name, const std::string& arguments) {
    pairs.push_back({name + "(" + arguments + ")", "pg_" + name + "(" + arguments + ")"});
  };
  for (const std::string text : {"'ÄÖÜ straße ΣΑΣ'", "'hello wORLD 12ab'", "''"}) {
    for (const std::string f : {"lower", "upper", "initcap", "reverse", "md5"}) same(f, text);
  }
  for (const std::string a : {"2", "0", "-2", "3, 2", "-1, 4", "1, 0", "10", "2, -1", "2147483647, 5"})
    same("substr", "'äbcde', " + a);
  for (const std::string a : {"2", "0", "-2", "10", "-10"}) {
    same("left", "'äbcde', " + a);
    same("right", "'äbcde', " + a);
  }
  for (const std::string a : {"7, 'xy'", "2, 'xy'", "7, ''", "0, 'x'", "-1, 'x'"}) {
    same("lpad", "'äbc', " + a);
    same("rpad", "'äbc', " + a);
  }
  same("strpos", "'äbcde', 'cd'");
  same("strpos", "'äbcde', 'x'");
  same("strpos", "'äbcde', ''");
  for (const std::string n : {"1", "2", "3", "4", "-1", "-3", "0", "-9"})
    same("split_part", "'a,b,c', ',', " + n);
  same("split_part", "'abc', '', 1");
  same("btrim", "'xxäbxx', 'x'");
  same("ltrim", "'xyxäb', 'xy'");
  same("rtrim", "'äbxyx', 'xy'");
  same("repeat", "'ab', 3");
  same("repeat", "'ab', -1");
  same("translate", "'12345', '143', 'ax'");
  same("concat", "'a', NULL, 'b'");
  same("concat_ws", "'-', 'a', NULL, 'b'");
  same("concat_ws", "NULL, 'a'");
  same("format", "'%s %I %L %%', 'a', 'B c', 'it''s'");
  same("format", "'%2$s %1$s', 'a', 'b'");
  same("format", "'[%5s][%-5s]', 'a', 'b'");
  same("format", "'%s'");
  same("format", "'%L', NULL");
  same("format", "'%x', 'a'");
  pairs.push_back({"encode('abc\\000\\377'::bytea, 'base64')", "pg_encode(x'61626300ff', 'base64')"});
  pairs.push_back({"encode('abc\\000\\377'::bytea, 'hex')", "pg_encode(x'61626300ff', 'hex')"});
  pairs.push_back({"encode('abc\\000\\377'::bytea, 'escape')", "pg_encode(x'61626300ff', 'escape')"});
  pairs.push_back({"decode('YWJjAP8=', 'base64')", "pg_text(pg_decode('YWJjAP8=', 'base64'), 'bytea')"});
  pairs.push_back({"decode('xyz', 'hex')", "pg_decode('xyz', 'hex')"});
  expect_same(pairs);
}

TEST(FunctionsContract, patterns_match_alike) {
  std::vector<Pair> pairs;
  for (const std::string t : {"'abc'", "'a%c'", "'ÄBC'", "'äbc'", "''", "'a\\c'", "'STRASSE'", "'日本語'"}) {
    for (const std::string p : {"'a%'", "'%C'", "'_b_'", "'a\\%c'", "'äb%'", "'%'", "''", "'___'", "'a\\\\c'",
                                "'%b%'", "'a\\'", "'%_%_%'"}) {
      pairs.push_back({"(" + t + " LIKE " + p + ")::int", "pg_like(" + t + ", " + p + ")"});
      pairs.push_back({"(" + t + " ILIKE " + p + ")::int", "pg_ilike(" + t + ", " + p + ")"});
    }
  }
  pairs.push_back({"('a%c' LIKE 'a#%c' ESCAPE '#')::int", "pg_like('a%c', pg_like_escape('a#%c', '#'))"});
  pairs.push_back({"('abc' ~ '^a.c$')::int", "pg_regex('abc', '^a.c$', 0)"});
  pairs.push_back({"('ABC' ~* 'b')::int", "pg_regex('ABC', 'b', 1)"});
  pairs.push_back({"('a1' ~ '[[:digit:]]')::int", "pg_regex('a1', '[[:digit:]]', 0)"});
  pairs.push_back({"('foo bar' ~ '\\mbar\\M')::int", "pg_regex('foo bar', '\\mbar\\M', 0)"});
  pairs.push_back({"('abc' ~ '(')::int", "pg_regex('abc', '(', 0)"});
  pairs.push_back({"regexp_replace('foobarbaz', 'b(..)', 'X\\1Y', 'g')",
                   "pg_regexp_replace('foobarbaz', 'b(..)', 'X\\1Y', 'g')"});
  pairs.push_back(
      {"regexp_replace('foobarbaz', 'b..', 'X')", "pg_regexp_replace('foobarbaz', 'b..', 'X', '')"});
  pairs.push_back(
      {"regexp_replace('Abc', 'a', '[\\&]', 'i')", "pg_regexp_replace('Abc', 'a', '[\\&]', 'i')"});
  pairs.push_back({"regexp_match('foobarbequebaz', '(bar)(beque)')",
                   "pg_text(pg_regexp_match('foobarbequebaz', '(bar)(beque)', ''), 'text[]')"});
  pairs.push_back({"regexp_match('abc', 'x')", "pg_regexp_match('abc', 'x', '')"});
  pairs.push_back({"regexp_split_to_array('a, b,c', ',\\s*')",
                   "pg_text(pg_regexp_split_to_array('a, b,c', ',\\s*'), 'text[]')"});
  pairs.push_back(
      {"regexp_split_to_array('abc', '')", "pg_text(pg_regexp_split_to_array('abc', ''), 'text[]')"});
  expect_same(pairs);
}

std::string ts(const std::string& text) { return "pg_cast('" + text + "','text','timestamptz')"; }

TEST(FunctionsContract, times_are_alike) {
  std::vector<Pair> pairs;
  const std::vector<std::string> moments{"2026-01-31 12:34:56.789012", "2024-02-29 00:00:00",
                                         "0044-03-15 10:00:00 BC",     "1969-12-31 23:59:59.999999",
                                         "2000-01-01 00:00:00",        "infinity",
                                         "2027-01-03 05:06:07"};
  const std::string tz = "'timestamp with time zone'";
  for (const auto& m : moments) {
    for (const std::string unit :
         {"microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month", "quarter",
          "year", "decade", "century", "millennium", "fortnight"}) {
      pairs.push_back({"date_trunc('" + unit + "', '" + m + "'::timestamptz)",
                       "pg_text(pg_date_trunc('" + unit + "', " + ts(m) + "), " + tz + ")"});
      pairs.push_back({"extract(" + unit + " from '" + m + "'::timestamptz)",
                       "pg_extract('" + unit + "', " + ts(m) + ", " + tz + ")"});
    }
    for (const std::string unit : {"epoch", "dow", "isodow", "doy", "isoyear", "julian", "timezone"}) {
      pairs.push_back({"extract(" + unit + " from '" + m + "'::timestamptz)",
                       "pg_extract('" + unit + "', " + ts(m) + ", " + tz + ")"});
    }
    for (const std::string i :
         {"1 month", "-1 month", "1 year 2 days 03:00", "-25:00:00", "13 months", "1 day"}) {
      pairs.push_back(
          {"'" + m + "'::timestamptz + '" + i + "'::interval",
           "pg_text(pg_time_add(" + ts(m) + ", " + tz + ", pg_make_interval('" + i + "')), " + tz + ")"});
      pairs.push_back(
          {"'" + m + "'::timestamptz - '" + i + "'::interval",
           "pg_text(pg_time_sub(" + ts(m) + ", " + tz + ", pg_make_interval('" + i + "')), " + tz + ")"});
    }
    pairs.push_back({"'" + m + "'::timestamptz - '2020-02-29 12:00'::timestamptz",
                     "pg_time_diff(" + ts(m) + ", " + ts("2020-02-29 12:00") + ", " + tz + ")"});
    if (m != "infinity") {
      pairs.push_back({"age('" + m + "'::timestamptz, '2020-02-29 12:00'::timestamptz)",
                       "pg_age(" + ts(m) + ", " + ts("2020-02-29 12:00") + ")"});
    }
    pairs.push_back({"timezone('Europe/Paris', '" + m + "'::timestamptz)",
                     "pg_text(pg_timezone('Europe/Paris', " + ts(m) + ", " + tz + "), 'timestamp')"});
  }
  for (const std::string f : {"YYYY-MM-DD HH24:MI:SS.US", "FMMonth FMDDth, YYYY", "Dy, DD Mon YY",
                              "HH12:MI AM", "IYYY-\"W\"IW-ID", "Day|MONTH|mon", "DDD Q WW W CC J",
                              "HH:MI:SS.MS p.m.", "YYYY\"year\"BC", "TZ OF", "SSSS RM", "Y,YYY"}) {
    pairs.push_back({"to_char('2026-01-31 12:34:56.789012'::timestamptz, '" + f + "')",
                     "pg_to_char(" + ts("2026-01-31 12:34:56.789012") + ", " + tz + ", '" + f + "')"});
  }
  for (const std::string f : {"999", "FM999", "0000", "9,999.99", "FM9,999.99", "S999", "999S", "999MI",
                              "999PR", "99", "0.00", "FM0.0"}) {
    for (const std::string n : {"0", "12.345", "-12.345", "1234.5", "-0.5", "100"}) {
      pairs.push_back(
          {"to_char('" + n + "'::numeric, '" + f + "')", "pg_to_char('" + n + "', 'numeric', '" + f + "')"});
    }
  }
  for (const std::string unit :
       {"epoch", "year", "month", "day", "hour", "second", "decade", "quarter", "week"}) {
    pairs.push_back({"extract(" + unit + " from '1 year 2 mons 3 days 04:05:06.7'::interval)",
                     "pg_extract('" + unit + "', '1 year 2 mons 3 days 04:05:06.7', 'interval')"});
    pairs.push_back(
        {"extract(" + unit + " from '2026-01-31'::date)", "pg_extract('" + unit + "', 20484, 'date')"});
    pairs.push_back({"date_part('" + unit + "', '04:05:06.7'::time)",
                     "pg_text(pg_date_part('" + unit + "', 14706700000, 'time'), 'double precision')"});
  }
  pairs.push_back({"'1 day'::interval + '-2 hours'::interval", "pg_interval_add('1 day', '-02:00:00')"});
  pairs.push_back({"'1 day'::interval - '1 mon'::interval", "pg_interval_sub('1 day', '1 mon')"});
  pairs.push_back({"- '1 year -2 days 3 hours'::interval", "pg_interval_neg('1 year -2 days +03:00:00')"});
  pairs.push_back(
      {"'1 year 3 days 04:05:06'::interval * 1.5::float8", "pg_interval_mul('1 year 3 days 04:05:06', 1.5)"});
  pairs.push_back({"'1 mon'::interval / 4::float8",
                   "pg_interval_mul('1 mon', pg_float_div(1.0, 4.0, 'double precision'))"});
  pairs.push_back({"'23:00'::time + '2 hours'::interval",
                   "pg_text(pg_time_add(82800000000, 'time', '02:00:00'), 'time')"});
  pairs.push_back({"(SELECT array_agg(g) FROM generate_series(1, 10, 4) g)",
                   "pg_text(pg_generate_series(1, 10, 4, 'integer'), 'integer[]')"});
  pairs.push_back(
      {"(SELECT array_agg(g) FROM generate_series(1, 10, 0) g)", "pg_generate_series(1, 10, 0, 'integer')"});
  expect_same(pairs);
}

TEST(FunctionsContract, jsonb_operators_are_alike) {
  std::vector<Pair> pairs;
  const auto shown = [](const std::string& sql) { return "pg_text(" + sql + ", 'jsonb')"; };
  const auto json = [](const std::string& text) { return "pg_cast('" + text + "','text','jsonb')"; };
  const std::vector<std::string> documents{"{\"a\":{\"b\":[1,null,\"x\"]},\"c\":null,\"d\":\"t\"}",
                                           "[1,\"a\",{\"b\":2},null]",
                                           "\"a\"",
                                           "5",
                                           "[]",
                                           "{}"};
  for (const auto& d : documents) {
    const std::string theirs = "'" + d + "'::jsonb";
    const std::string ours = json(d);
    for (const std::string k : {"'a'", "'c'", "'zz'", "1", "-1", "9"}) {
      pairs.push_back({theirs + " -> " + k, shown("pg_jsonb_get(" + ours + ", " + k + ")")});
      pairs.push_back({theirs + " ->> " + k, "pg_jsonb_get_text(" + ours + ", " + k + ")"});
      pairs.push_back({theirs + " - " + k + (k[0] == '\'' ? "::text" : ""),
                       shown("pg_jsonb_delete(" + ours + ", " + k + ")")});
    }
    for (const std::string p :
         {"[\"a\",\"b\",\"0\"]", "[\"a\",\"b\",\"-1\"]", "[\"2\",\"b\"]", "[]", "[\"x\",\"y\"]", "[\"a\"]"}) {
      const std::string path =
          "(SELECT coalesce(array_agg(value), '{}') FROM jsonb_array_elements_text('" + p + "'))::text[]";
      pairs.push_back({theirs + " #> " + path, shown("pg_jsonb_path(" + ours + ", '" + p + "')")});
      pairs.push_back({theirs + " #>> " + path, "pg_jsonb_path_text(" + ours + ", '" + p + "')"});
      pairs.push_back({theirs + " #- " + path, shown("pg_jsonb_delete_path(" + ours + ", '" + p + "')")});
      pairs.push_back({"jsonb_set(" + theirs + ", " + path + ", '{\"n\":1}')",
                       shown("pg_jsonb_set(" + ours + ", '" + p + "', '{\"n\":1}', 1)")});
      pairs.push_back({"jsonb_set(" + theirs + ", " + path + ", '9', false)",
                       shown("pg_jsonb_set(" + ours + ", '" + p + "', '9', 0)")});
    }
    for (const auto& e : documents) {
      pairs.push_back({"(" + theirs + " @> '" + e + "'::jsonb)::int",
                       "pg_jsonb_contains(" + ours + ", " + json(e) + ")"});
      pairs.push_back(
          {theirs + " || '" + e + "'::jsonb", shown("pg_jsonb_concat(" + ours + ", " + json(e) + ")")});
    }
    pairs.push_back({"(" + theirs + " ? 'a')::int", "pg_jsonb_exists(" + ours + ", 'a')"});
    pairs.push_back(
        {"(" + theirs + " ?| '{a,zz}')::int", "pg_jsonb_exists_any(" + ours + ", '[\"a\",\"zz\"]')"});
    pairs.push_back(
        {"(" + theirs + " ?& '{a,c}')::int", "pg_jsonb_exists_all(" + ours + ", '[\"a\",\"c\"]')"});
    pairs.push_back({theirs + " - '{a,c}'::text[]", shown("pg_jsonb_delete(" + ours + ", '[\"a\",\"c\"]')")});
    pairs.push_back({"jsonb_typeof(" + theirs + ")", "pg_jsonb_typeof(" + ours + ")"});
    pairs.push_back({"jsonb_array_length(" + theirs + ")", "pg_jsonb_array_length(" + ours + ")"});
    pairs.push_back({"jsonb_strip_nulls(" + theirs + ")", shown("pg_jsonb_strip_nulls(" + ours + ")")});
  }
  pairs.push_back({"jsonb_build_object('a', 1, 'b', NULL::text, 'c', true)",
                   shown("pg_jsonb_build_object('[\"text\",\"integer\",\"text\",\"text\",\"text\","
                         "\"boolean\"]', 'a', 1, 'b', NULL, 'c', 1)")});
  pairs.push_back({"json_build_object('a', 1, 'b', 'x'::text)",
                   "pg_json_build_object('[\"text\",\"integer\",\"text\",\"text\"]', 'a', 1, 'b', 'x')"});
  pairs.push_back(
      {"json_build_array(1, 'x'::text)", "pg_json_build_array('[\"integer\",\"text\"]', 1, 'x')"});
  pairs.push_back({"jsonb_build_array(1.50, NULL::int)",
                   shown("pg_jsonb_build_array('[\"numeric\",\"integer\"]', '1.50', NULL)")});
  pairs.push_back({"to_jsonb('{1,2}'::int[])", shown("pg_to_jsonb('[1,2]', 'integer[]')")});
  expect_same(pairs);
}

TEST(FunctionsContract, arrays_are_alike) {
  const auto ints = [](const std::string& sql) { return "pg_text(" + sql + ", 'integer[]')"; };
  const auto texts = [](const std::string& sql) { return "pg_text(" + sql + ", 'text[]')"; };
  expect_same({{"ARRAY[1,2,NULL]", ints("pg_array(1, 2, NULL)")},
               {"(ARRAY[1,2,3] @> ARRAY[3,1])::int", "pg_array_contains('[1,2,3]', '[3,1]')"},
               {"(ARRAY[1,2,3] @> ARRAY[3,NULL])::int", "pg_array_contains('[1,2,3]', '[3,null]')"},
               {"(ARRAY[1,2] && ARRAY[2,3])::int", "pg_array_overlaps('[1,2]', '[2,3]')"},
               {"('{}'::int[] && ARRAY[2,3])::int", "pg_array_overlaps('[]', '[2,3]')"},
               {"ARRAY[1] || ARRAY[2,3]", ints("pg_array_cat('[1]', '[2,3]')")},
               {"array_cat(NULL::int[], ARRAY[2,3])", ints("pg_array_cat(NULL, '[2,3]')")},
               {"array_append(ARRAY[1], NULL)", ints("pg_array_append('[1]', NULL)")},
               {"array_append(NULL::int[], 1)", ints("pg_array_append(NULL, 1)")},
               {"array_prepend(0, ARRAY[1])", ints("pg_array_prepend(0, '[1]')")},
               {"array_remove(ARRAY[1,2,1,NULL], 1)", ints("pg_array_remove('[1,2,1,null]', 1)")},
               {"array_remove(ARRAY[1,NULL], NULL)", ints("pg_array_remove('[1,null]', NULL)")},
               {"(ARRAY['a','b'])[2]", "pg_array_get('[\"a\",\"b\"]', 2)"},
               {"(ARRAY['a','b'])[3]", "pg_array_get('[\"a\",\"b\"]', 3)"},
               {"array_length(ARRAY[1,2], 1)", "pg_array_length('[1,2]', 1)"},
               {"array_length('{}'::int[], 1)", "pg_array_length('[]', 1)"},
               {"array_length(ARRAY[[1,2,3],[4,5,6]], 2)", "pg_array_length('[[1,2,3],[4,5,6]]', 2)"},
               {"array_position(ARRAY['a','b'], 'b')", "pg_array_position('[\"a\",\"b\"]', 'b')"},
               {"array_to_string(ARRAY[1,NULL,3], ',')", "pg_array_to_string('[1,null,3]', ',', NULL)"},
               {"array_to_string(ARRAY[1,NULL,3], ',', '*')", "pg_array_to_string('[1,null,3]', ',', '*')"},
               {"string_to_array('a,b,,c', ',')", texts("pg_string_to_array('a,b,,c', ',')")},
               {"string_to_array('äb', NULL)", texts("pg_string_to_array('äb', NULL)")},
               {"string_to_array('', ',')", texts("pg_string_to_array('', ',')")}});
}

TEST(FunctionsContract, aggregates_are_alike) {
  const auto over = [](const std::string& f, const std::string& values) {
    return "(SELECT " + f + " FROM (VALUES " + values + ") AS t(x))";
  };
  const auto ours = [](const std::string& f, const std::string& values) {
    return "(WITH t(x) AS (VALUES " + values + ") SELECT " + f + " FROM t)";
  };
  const std::string big = "(9223372036854775807),(9223372036854775807)";
  expect_same({{over("sum(x)", "(1),(2),(NULL)"), ours("pg_sum_int(x)", "(1),(2),(NULL)")},
               {over("sum(x)", big), ours("pg_sum_bigint(x)", big)},
               {over("sum(x)", "(1.50),(2.255)"), ours("pg_sum_numeric(x)", "('1.50'),('2.255')")},
               {over("avg(x)", "(1),(2),(2)"), ours("pg_avg_int(x)", "(1),(2),(2)")},
               {over("avg(x)", "(1.5),(2.25)"), ours("pg_avg_numeric(x)", "('1.5'),('2.25')")},
               {over("sum(x)", "('NaN'::numeric),(1)"), ours("pg_sum_numeric(x)", "('NaN'),('1')")},
               {over("sum(x)", "(NULL::int)"), ours("pg_sum_int(x)", "(NULL)")},
               {over("bool_and(x)::int", "(true),(false),(NULL)"), ours("pg_bool_and(x)", "(1),(0),(NULL)")},
               {over("bool_or(x)::int", "(NULL),(false)"), ours("pg_bool_or(x)", "(NULL),(0)")},
               {over("string_agg(x, '-')", "('a'),(NULL),('b')"),
                ours("pg_string_agg(x, '-')", "('a'),(NULL),('b')")},
               {over("array_agg(x)", "(1),(NULL),(2)"),
                ours("pg_text(pg_array_agg(x), 'integer[]')", "(1),(NULL),(2)")},
               {over("jsonb_agg(x)", "(1),(NULL)"),
                ours("pg_text(pg_jsonb_agg(x, 'integer'), 'jsonb')", "(1),(NULL)")},
               {over("json_agg(x)", "(1),(2)"), ours("pg_json_agg(x, 'integer')", "(1),(2)")},
               {over("jsonb_object_agg('k' || x, x)", "(1),(2)"),
                ours("pg_text(pg_jsonb_object_agg('k' || x, x, 'integer'), 'jsonb')", "(1),(2)")},
               {over("json_object_agg('k' || x, x)", "(1),(2)"),
                ours("pg_json_object_agg('k' || x, x, 'integer')", "(1),(2)")},
               {over("sum(x)", "('1 day'::interval),('2 hours')"),
                ours("pg_sum_interval(x)", "('1 day'),('02:00:00')")},
               {"(SELECT x FROM (VALUES (1)) AS t(x))", ours("pg_single_value(x)", "(1)")},
               {"(SELECT (SELECT x FROM (VALUES (1),(2)) AS t(x)))", ours("pg_single_value(x)", "(1),(2)")},
               {"(SELECT array_agg(s) FROM (SELECT sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) AS s FROM "
                "(VALUES (1),(2),(3)) t(x)) w)",
                "(WITH t(x) AS (VALUES (1),(2),(3)), w(s) AS (SELECT pg_sum_int(x) OVER (ORDER BY x ROWS 1 "
                "PRECEDING) FROM t) SELECT pg_text(pg_array_agg(s), 'bigint[]') FROM w)"}});
}

TEST(FunctionsContract, collations_order_by_value) {
  expect_same(
      {{"(SELECT array_agg(x ORDER BY x)::text FROM (VALUES (10.0),(9.5),(-1),('NaN'),(1e3)) AS t(x))",
        "(WITH t(x) AS (VALUES ('10.0'),('9.5'),('-1'),('NaN'),('1000')), s AS (SELECT x FROM t ORDER BY x "
        "COLLATE pg_numeric) SELECT pg_text(pg_array_agg(x), 'numeric[]') FROM s)"},
       {"(SELECT array_agg(x ORDER BY x)::text FROM (VALUES ('ok'::mood),('happy'),('sad')) AS t(x))",
        "(WITH t(x) AS (VALUES ('ok'),('happy'),('sad')), s AS (SELECT x FROM t ORDER BY x COLLATE "
        "\"enum_public.mood\") SELECT pg_text(pg_array_agg(x), 'mood[]') FROM s)"},
       {"(SELECT array_agg(x ORDER BY x)::text FROM (VALUES ('1 mon'::interval),('29 days'),('1 year')) AS "
        "t(x))",
        "(WITH t(x) AS (VALUES ('1 mon'),('29 days'),('1 year')), s AS (SELECT x FROM t ORDER BY x COLLATE "
        "\"pg_order interval\") SELECT pg_text(pg_array_agg(x), 'interval[]') FROM s)"}});
}

TEST(FunctionsContract, the_caller_is_known) {
  Engine engine;
  EXPECT_EQ(engine.ask("SELECT pg_auth_uid()"), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_EQ(engine.ask("SELECT pg_auth_role()"), "authenticated");
  EXPECT_EQ(engine.ask("SELECT pg_jsonb_get_text(pg_auth_jwt(), 'n')"), "1.50");
  EXPECT_EQ(engine.ask("SELECT pg_current_setting('request.jwt.claim.role', 1)"), "authenticated");
  EXPECT_EQ(engine.ask("SELECT pg_current_setting('nonsense', 1)"), "NULL");
  EXPECT_EQ(engine.ask("SELECT pg_current_setting('nonsense', 0)"), "error 42704");
  EXPECT_EQ(engine.ask("SELECT pg_text(pg_now(), 'timestamptz')"), "2026-01-31 12:00:00.123456+00");
  EXPECT_EQ(engine.ask("SELECT pg_text(pg_current_date(), 'date')"), "2026-01-31");
  EXPECT_EQ(engine.ask("SELECT pg_cast('now', 'text', 'timestamptz') = pg_now()"), "1");
  EXPECT_EQ(engine.ask("SELECT pg_raise('P0001', 'a|b', '', '')"), "error P0001");
  EXPECT_EQ(engine.ask("SELECT pg_gen_random_uuid() <> pg_gen_random_uuid()"), "1");
  EXPECT_EQ(engine.ask("SELECT pg_assign('abcd', 'text', 'character varying(3)')"), "error 22001");
  EXPECT_EQ(engine.ask("SELECT pg_assign('abc  ', 'text', 'character varying(3)')"), "abc");
}

}  // namespace
}  // namespace holdfast::testing
