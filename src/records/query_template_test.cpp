#include "records/query_template.hpp"

#include <gtest/gtest.h>

#include <array>

namespace holdfast::records {
namespace {

std::optional<DividedQuery> divided(std::string_view query) {
  DividedQuery into;
  if (!divide_query(query, into)) return std::nullopt;
  return into;
}

constexpr std::array<std::string_view, 12> kDivisible{
    "",
    "id=eq.5",
    "id=eq.",
    "id=eq.a.b=c",
    "select=id,n:name::text,owner(name)&id=eq.5",
    "b=lt.2&a=gte.x%20y+z&b=neq.%C3%A9",
    "name=ilike.*a%26b*&order=name.desc,id&limit=20&offset=40",
    "&&id=eq.1&",
    "data->>x=like.y&owner.name=eq.z&owner.order=name&owner.limit=3",
    "limit=5&limit=7&offset=0",
    "offset=0",
    "id=eq.(1,2)&id=eq.\"quoted\"",
};

TEST(DividedQuery, finds_the_literals_and_the_range_that_the_parser_finds) {
  for (const auto text : kDivisible) {
    const auto query = divided(text);
    ASSERT_TRUE(query.has_value()) << text;
    const auto parsed = parse_query(text, false);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.error().to_string();
    const auto literals = literals_of(*query);
    ASSERT_EQ(literals.size(), parsed->literals.size()) << text;
    for (std::size_t i = 0; i < literals.size(); ++i) EXPECT_EQ(literals[i].text, parsed->literals[i].text);
    Range range;
    for (const auto& at : parsed->ranges) {
      if (at.path.empty()) range = at.value;
    }
    EXPECT_EQ(query->range, range) << text;
  }
}

TEST(DividedQuery, writes_the_canonical_query_that_the_parser_writes) {
  for (const auto text : kDivisible) {
    std::string made;
    CanonicalTemplate(text).append(made, *divided(text));
    EXPECT_EQ(made, parse_query(text, false)->canonical) << text;
  }
}

TEST(DividedQuery, gives_queries_that_differ_in_values_one_key_and_the_parser_gives_them_one_shape) {
  const std::array<std::array<std::string_view, 2>, 4> pairs{{
      {"id=eq.5", "id=eq.not.in.(1)"},
      {"select=id&a=lt.1&b=eq.2", "select=id&a=lt.&b=eq.%26"},
      {"limit=5&offset=10", "limit=6&offset=0"},
      {"name=like.*a*&order=name", "name=like.eq.&order=name"},
  }};
  for (const auto& [one, other] : pairs) {
    const auto query = divided(other);
    EXPECT_EQ(divided(one)->key, query->key) << other;
    EXPECT_EQ(parse_query(one, false)->shape, parse_query(other, false)->shape) << other;
    std::string made;
    CanonicalTemplate(one).append(made, *query);
    EXPECT_EQ(made, parse_query(other, false)->canonical);
  }
}

TEST(DividedQuery, gives_queries_that_mean_different_things_different_keys) {
  constexpr std::array<std::string_view, 12> kDifferent{"",
                                                        "id=eq.5",
                                                        "id=neq.5",
                                                        "ID=eq.5",
                                                        "id=eq.5&id=eq.5",
                                                        "select=id",
                                                        "select=id&id=eq.5",
                                                        "id=eq.5&select=id",
                                                        "order=id",
                                                        "order=id&limit=5",
                                                        "order=id&offset=0",
                                                        "offset=1"};
  for (const auto one : kDifferent) {
    for (const auto other : kDifferent) {
      if (one == other) continue;
      EXPECT_NE(divided(one)->key, divided(other)->key) << one << " / " << other;
    }
  }
}

TEST(DividedQuery, leaves_to_the_parser_what_it_cannot_tell) {
  for (const char* text : {"id=not.eq.5",
                           "id=in.(1,2)",
                           "id=is.null",
                           "id=eq(any).{1}",
                           "id=fts.a",
                           "or=(id.eq.1,id.eq.2)",
                           "owner.or=(a.eq.1)",
                           "and=(a.eq.1)",
                           "not.and=(a.eq.1)",
                           "columns=a",
                           "on_conflict=a",
                           "id",
                           "id=5",
                           "i%64=eq.5",
                           "a+b=eq.1",
                           "\"a.b\"=eq.1",
                           "limit=-1",
                           "limit=x",
                           "limit=",
                           "offset=1234567890123",
                           "id=eq.%1f",
                           "id=eq.%0a",
                           "id=eq.\x1f"}) {
    EXPECT_FALSE(divided(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace holdfast::records
