#include "schema/query.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/principal.hpp"
#include "schema/builtin_functions.hpp"
#include "schema/operators.hpp"

namespace holdfast::schema {
namespace {

using types::Kind;

types::Type type_of(Kind kind, int length = -1) {
  types::Type type;
  type.kind = kind;
  type.length = length;
  return type;
}

Column column(std::string name, types::Type type, bool not_null = false) {
  Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.not_null = not_null;
  return made;
}

Catalogue shop() {
  Table items;
  items.name.name = "items";
  items.columns = {column("id", type_of(Kind::int4), true),    column("name", type_of(Kind::varchar, 20)),
                   column("price", type_of(Kind::numeric)),    column("owner", type_of(Kind::uuid), true),
                   column("made", type_of(Kind::timestamptz)), column("token", type_of(Kind::text))};
  items.columns.back().hidden = true;
  items.primary_key = Key{"items_pkey", {"id"}};
  items.grants = {{"anon", Privilege::select, ""}, {"clerk", Privilege::select, "name"}};
  Catalogue catalogue;
  catalogue.tables[items.name] = items;
  return catalogue;
}

std::string compiled(std::string_view sql, std::string_view role = base::kSystemRole) {
  const auto query = compile_query(shop(), role, sql);
  return query.ok() ? query->sql : query.error().code;
}

std::string expression(std::string_view sql) {
  const auto catalogue = shop();
  const auto value =
      compile_expression(catalogue, base::kSystemRole, catalogue.tables.begin()->second, "", sql);
  return value.ok() ? value->sql : value.error().code;
}

TEST(Query, compares_a_column_with_a_constant_so_that_an_index_serves) {
  EXPECT_EQ(expression("name = 'x'"), "\"name\" = 'x'");
  EXPECT_EQ(expression("id > 1.5"), "\"id\" > 1.5");
  EXPECT_EQ(expression("id IN (1, 2)"), "\"id\" IN (1, 2)");
  EXPECT_EQ(expression("price = 9.90"), "\"price\" = '9.90' COLLATE pg_numeric");
  EXPECT_EQ(expression("made < '1970-01-01 00:00:01+00'"), "\"made\" < 1000000");
  EXPECT_EQ(expression("owner = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"),
            "\"owner\" = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'");
}

TEST(Query, orders_nulls_as_postgresql_and_leaves_columns_that_cannot_be_null_alone) {
  EXPECT_EQ(compiled("SELECT id FROM items ORDER BY id"),
            "SELECT \"items\".\"id\" AS \"id\" FROM \"items\" AS \"items\" ORDER BY \"items\".\"id\"");
  EXPECT_TRUE(compiled("SELECT id FROM items ORDER BY name DESC").ends_with("\"name\" DESC NULLS FIRST"));
}

TEST(Query, gives_every_source_a_name_of_its_own) {
  const auto sql = compiled("SELECT 1 FROM items WHERE EXISTS (SELECT 1 FROM items WHERE id = 2)");
  EXPECT_NE(sql.find("\"items#2\".\"id\" = 2"), std::string::npos) << sql;
}

TEST(Query, infers_the_types_of_parameters) {
  const auto query =
      compile_query(shop(), base::kSystemRole, "SELECT id FROM items WHERE owner = $2 AND id < $1");
  ASSERT_TRUE(query.ok());
  ASSERT_EQ(query->parameters.size(), 2U);
  EXPECT_TRUE(query->parameters[0].is(Kind::int4));
  EXPECT_TRUE(query->parameters[1].is(Kind::uuid));
}

TEST(Query, expands_a_star_to_what_the_role_may_read) {
  const auto query = compile_query(shop(), "clerk", "SELECT * FROM items");
  ASSERT_TRUE(query.ok());
  ASSERT_EQ(query->outputs.size(), 1U);
  EXPECT_EQ(query->outputs[0].name, "name");
}

TEST(Query, refuses_hidden_columns_to_all_but_the_system) {
  EXPECT_EQ(compiled("SELECT token FROM items", "anon"), "42501");
  EXPECT_EQ(compiled("SELECT id FROM items WHERE token = 'x'", "anon"), "42501");
  EXPECT_EQ(compiled("SELECT id FROM items ORDER BY token", "anon"), "42501");
  EXPECT_NE(compiled("SELECT token FROM items"), "42501");
}

TEST(Query, names_line_and_column_of_what_is_wrong) {
  const auto query = compile_query(shop(), base::kSystemRole, "SELECT id\nFROM items\nWHERE nope = 1");
  ASSERT_FALSE(query.ok());
  EXPECT_EQ(query.error().code, "42703");
  EXPECT_NE(query.error().details.find("line 3, column 7"), std::string::npos) << query.error().details;
}

TEST(Query, keeps_literals_of_unknown_type_for_the_place_that_takes_them) {
  const auto catalogue = shop();
  const auto value =
      compile_expression(catalogue, base::kSystemRole, catalogue.tables.begin()->second, "", "'{}'");
  ASSERT_TRUE(value.ok());
  auto names = type_of(Kind::text);
  names.array = true;
  const auto stored = cast_sql(*value, names);
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(*stored, "'[]'");
}

TEST(Builtins, every_row_of_the_tables_can_be_read) {
  for (const auto rows :
       {detail::operator_rows(), detail::text_function_rows(), detail::number_function_rows(),
        detail::time_function_rows(), detail::json_function_rows(), detail::array_function_rows(),
        detail::session_function_rows(), detail::search_function_rows(), detail::aggregate_rows(),
        detail::window_function_rows(), detail::set_function_rows()}) {
    for (const auto& row : rows) {
      const auto builtin = detail::parse_row(row);
      EXPECT_TRUE(builtin.ok()) << row.signature;
    }
  }
}

}  // namespace
}  // namespace holdfast::schema
