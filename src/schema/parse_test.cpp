#include "schema/parse.hpp"

#include <gtest/gtest.h>

#include "schema/detail/tree.hpp"

namespace holdfast::schema {
namespace {

TEST(ParsedScript, gives_each_statement_its_text_without_comments_around_it) {
  const auto script =
      ParsedScript::parse("a.sql", "-- first\nSELECT 1;\n/* two /* nested */ */ SELECT 2 ; ;");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->statements().size(), 2U);
  EXPECT_EQ(script->statements()[0].text, "SELECT 1");
  EXPECT_EQ(script->statements()[1].text, "SELECT 2");
  EXPECT_EQ(script->where(static_cast<int>(script->statements()[1].offset)), "a.sql:3:24");
}

TEST(ParsedScript, survives_a_move) {
  auto script = ParsedScript::parse("", "SELECT 1");
  const ParsedScript moved = std::move(*script);
  EXPECT_EQ(moved.statements()[0].text, "SELECT 1");
}

TEST(ParsedScript, places_a_syntax_error_by_characters) {
  const auto script = ParsedScript::parse("a.sql", "SELECT 'é';\nSELECT 'éé' FROMM x y");
  ASSERT_FALSE(script.ok());
  EXPECT_EQ(script.error().code, "42601");
  EXPECT_EQ(script.error().details, "a.sql:2:19");
}

TEST(ParsedScript, refuses_a_zero_byte) {
  EXPECT_EQ(ParsedScript::parse("", std::string_view("SELECT 1\0", 9)).error().code, "22021");
}

TEST(ParsedScript, refuses_what_is_nested_deeper_than_a_stack) {
  std::string chain = "SELECT 1";
  std::string nots = "SELECT ";
  for (int i = 0; i < 100000; ++i) {
    chain += "+1";
    nots += "NOT ";
  }
  EXPECT_EQ(ParsedScript::parse("", chain).error().code, "54001");
  EXPECT_EQ(ParsedScript::parse("", nots + "true").error().code, "54001");
  EXPECT_EQ(ParsedScript::parse("", "SELECT " + std::string(100000, '(')).error().code, "54001");
}

TEST(ParsedScript, takes_long_lists_and_long_strings) {
  std::string list = "SELECT 1";
  for (int i = 0; i < 20000; ++i) list += ", -1 + 2";
  EXPECT_TRUE(ParsedScript::parse("", list).ok());
  EXPECT_TRUE(
      ParsedScript::parse("", "SELECT $$" + std::string(20000, '(') + "$$, '" + std::string(20000, '[') + "'")
          .ok());
}

TEST(Tree, deparses_expressions_as_written) {
  for (const std::string text :
       {"a + (b * 2)", "\"Mixed\" = 'x'", "\"timestamp\" > now()", "status = ANY(ARRAY['a', 'b'])",
        "EXISTS (SELECT 1 FROM apps WHERE apps.id = app_id)", "'[]'::jsonb", "\"order\" IS NOT NULL"}) {
    const auto script = ParsedScript::parse("", "SELECT " + text);
    ASSERT_TRUE(script.ok()) << text;
    const auto* expression = script->statements()[0].node->select_stmt->target_list[0]->res_target->val;
    const auto deparsed = detail::deparse_expression(expression);
    ASSERT_TRUE(deparsed.ok()) << text;
    EXPECT_EQ(*deparsed, text);
  }
}

TEST(Tree, knows_where_an_expression_begins) {
  const auto script = ParsedScript::parse("", "SELECT 1, (a) + lower(b)");
  const auto* expression = script->statements()[0].node->select_stmt->target_list[1]->res_target->val;
  EXPECT_EQ(script->position(detail::first_location(expression)).column, 12);
}

}  // namespace
}  // namespace holdfast::schema
