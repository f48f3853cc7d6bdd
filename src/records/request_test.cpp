#include "records/request.hpp"

#include <gtest/gtest.h>

namespace holdfast::records {
namespace {

Query parsed(std::string_view text) {
  auto query = parse_query(text, false);
  EXPECT_TRUE(query.ok()) << text << ": " << (query.ok() ? "" : query.error().to_string());
  return query.ok() ? *std::move(query) : Query{};
}

std::string refused(std::string_view text) {
  const auto query = parse_query(text, false);
  return query.ok() ? "" : query.error().code;
}

TEST(Select, reads_aliases_casts_paths_and_aggregates) {
  const auto select =
      parsed("select=*,n:name::text,data-%3Ea-%3E%3E0,total:price.sum()::int,c:count()").select;
  ASSERT_EQ(select.size(), 5U);
  EXPECT_EQ(select[0].field.name, "*");
  EXPECT_EQ(select[1].alias, "n");
  EXPECT_EQ(select[1].cast, "text");
  ASSERT_EQ(select[2].field.path.size(), 2U);
  EXPECT_TRUE(select[2].field.path[1].is_index);
  EXPECT_TRUE(select[2].field.path[1].as_text);
  EXPECT_EQ(select[3].aggregate, Aggregate::sum);
  EXPECT_EQ(select[3].aggregate_cast, "int");
  EXPECT_EQ(select[4].aggregate, Aggregate::count);
}

TEST(Select, reads_embeds_with_hints_joins_and_spreads) {
  const auto select = parsed("select=id,boss:people!boss_id!inner(name,...firms(city)),tags()").select;
  ASSERT_EQ(select.size(), 3U);
  EXPECT_EQ(select[1].alias, "boss");
  EXPECT_EQ(select[1].relation, "people");
  EXPECT_EQ(select[1].hint, "boss_id");
  EXPECT_EQ(select[1].join, JoinType::inner);
  ASSERT_EQ(select[1].children.size(), 2U);
  EXPECT_EQ(select[1].children[1].kind, SelectItem::Kind::spread);
  EXPECT_TRUE(select[2].children.empty());
}

TEST(Select, keeps_dashes_blanks_and_quoted_names) {
  const auto select = parsed("select=field-with_sep, Just%20A%20Model ,\"a,b\"").select;
  ASSERT_EQ(select.size(), 3U);
  EXPECT_EQ(select[0].field.name, "field-with_sep");
  EXPECT_EQ(select[1].field.name, "Just A Model");
  EXPECT_EQ(select[2].field.name, "a,b");
}

TEST(Filters, read_operators_negation_quantifiers_and_languages) {
  const auto query =
      parsed("a=not.eq.5&b=like(any).{x*,y}&c=fts(german).art&d=is.not_null&e=in.(1,\"b,c\",)");
  ASSERT_EQ(query.conditions.size(), 5U);
  const auto filter = [&](std::size_t i) { return query.conditions[i].value.filter; };
  EXPECT_TRUE(filter(0).negated);
  EXPECT_EQ(query.literals[0].text, "5");
  EXPECT_EQ(filter(1).quantifier, Quantifier::any);
  EXPECT_EQ(filter(2).language, "german");
  EXPECT_EQ(filter(3).is, IsValue::not_null);
  EXPECT_EQ(query.literals[3].list, (std::vector<std::string>{"1", "b,c", ""}));
}

TEST(Filters, find_their_embedded_resource_and_json_path) {
  const auto query = parsed("clients.data-%3E%3Ekey=eq.1&clients.order=id.desc&clients.limit=2");
  EXPECT_EQ(query.conditions[0].path, std::vector<std::string>{"clients"});
  EXPECT_EQ(query.conditions[0].value.filter.field.name, "data");
  EXPECT_EQ(query.orders[0].path, std::vector<std::string>{"clients"});
  EXPECT_EQ(query.ranges[0].value.limit, 2);
}

TEST(Logic, nests_and_takes_arrays_and_quotes) {
  const auto query = parsed("or=(a.eq.{1,2},not.and(b.eq.\"x,y\",c.in.(1,2)))&x.not.or=(d.is.null)");
  const auto& tree = query.conditions[0].value;
  EXPECT_EQ(tree.kind, Condition::Kind::any_of);
  EXPECT_EQ(query.literals[0].text, "{1,2}");
  EXPECT_TRUE(tree.operands[1].negated);
  EXPECT_EQ(query.literals[1].text, "x,y");
  EXPECT_EQ(query.conditions[1].path, std::vector<std::string>{"x"});
  EXPECT_TRUE(query.conditions[1].value.negated);
}

TEST(Order, reads_directions_nulls_and_related_tables) {
  const auto terms = parsed("order=a.desc.nullslast,clients(name).asc,b.nullsfirst,j-%3Ek").orders[0].value;
  ASSERT_EQ(terms.size(), 4U);
  EXPECT_TRUE(terms[0].descending);
  EXPECT_EQ(terms[0].nulls_first, false);
  EXPECT_EQ(terms[1].relation, "clients");
  EXPECT_EQ(terms[2].nulls_first, true);
  EXPECT_EQ(terms[3].field.path.size(), 1U);
}

TEST(Queries, that_cannot_be_read_are_PGRST100) {
  for (const auto* text :
       {"id=5", "id=noop.5", "id=is.nil", "or=(a.eq.1", "or=()", "order=id.sideways", "select=a(b",
        "select=a::", "id=in.5", "select=a-%3E", "order=", "id=eq(some).1", "columns=a,,b"}) {
    EXPECT_EQ(refused(text), "PGRST100") << text;
  }
}

TEST(Queries, nested_without_end_are_refused_and_not_followed) {
  std::string select = "select=";
  std::string logic = "and=";
  for (int i = 0; i < 10'000; ++i) {
    select += "a(";
    logic += "(or";
  }
  EXPECT_EQ(refused(select), "PGRST100");
  EXPECT_EQ(refused(logic), "PGRST100");
  std::string tree = "or=(";
  for (int i = 0; i < 10'000; ++i) tree += "and(";
  EXPECT_EQ(refused(tree), "PGRST100");
}

TEST(Shapes, hold_no_value_and_tell_operators_apart) {
  EXPECT_EQ(parsed("id=eq.1&name=in.(a,b)").shape, parsed("id=eq.2&name=in.(c)").shape);
  EXPECT_NE(parsed("id=eq.1").shape, parsed("id=neq.1").shape);
  EXPECT_NE(parsed("id=is.null").shape, parsed("id=is.true").shape);
  EXPECT_NE(parsed("or=(a.eq.1,b.eq.2)").shape, parsed("and=(a.eq.1,b.eq.2)").shape);
  EXPECT_EQ(parsed("id=eq.a%0Ab").shape, "");
}

RestRequest get(std::string query, std::vector<std::pair<std::string, std::string>> headers = {}) {
  RestRequest request;
  request.method = "GET";
  request.path = "/items";
  request.query = std::move(query);
  request.headers = std::move(headers);
  return request;
}

TEST(Ranges, of_the_parameters_and_the_header_are_cut_with_each_other) {
  const auto request = parse_request(get("limit=3&offset=1", {{"range", "0-1"}}), {});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->top_range.offset, 1);
  EXPECT_EQ(request->top_range.limit, 1);
}

TEST(Ranges, that_cannot_be_are_PGRST103) {
  EXPECT_EQ(parse_request(get("limit=-1"), {}).error().code, "PGRST103");
  EXPECT_EQ(parse_request(get("", {{"range", "5-2"}}), {}).error().code, "PGRST103");
}

TEST(Schemas, are_chosen_by_profile_and_must_be_exposed) {
  RestOptions options;
  options.schemas = {"v1", "v2"};
  const auto request = parse_request(get("", {{"accept-profile", "v2"}}), options);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->schema, "v2");
  EXPECT_EQ(parse_request(get("", {{"accept-profile", "auth"}}), options).error().code, "PGRST106");
}

TEST(Preferences, are_taken_where_known_and_listed_where_not) {
  const auto preferences =
      parse_preferences({"return=representation, count=exact", "max-affected=3,what"}, false);
  EXPECT_TRUE(preferences.wants_representation());
  EXPECT_EQ(preferences.max_affected, 3);
  EXPECT_EQ(preferences.invalid, std::vector<std::string>{"what"});
  EXPECT_EQ(applied(preferences), "return=representation, count=exact");
}

TEST(MediaTypes, are_ordered_by_quality) {
  const auto accept = parse_accept("text/csv;q=0.5, application/vnd.pgrst.object;nulls=stripped, */*;q=0.1");
  ASSERT_EQ(accept.size(), 3U);
  EXPECT_EQ(accept[0].kind, MediaType::Kind::json_object);
  EXPECT_TRUE(accept[0].strip_nulls);
  EXPECT_EQ(accept[1].kind, MediaType::Kind::csv);
}

}  // namespace
}  // namespace holdfast::records
