#include <gtest/gtest.h>

#include <string>

#include "text/fts_match.hpp"
#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

// What must hold without PostgreSQL at hand; tests/contract compares with it at length.

namespace holdfast::text {
namespace {

template <class Value>
std::string printed(const Result<Value>& value) {
  return value.ok() ? value->to_string() : value.error().code;
}

std::string english(std::string_view document) { return printed(to_tsvector("english", document)); }

bool found(std::string_view vector, std::string_view query) {
  return matches(*parse_tsvector(vector), *parse_tsquery(query));
}

TEST(Document, counts_stop_words_and_leaves_them_out) {
  EXPECT_EQ(english("The fat cats were running"), "'cat':3 'fat':2 'run':5");
  EXPECT_EQ(printed(to_tsvector("simple", "The Cats")), "'cats':2 'the':1");
  EXPECT_EQ(printed(to_tsvector("klingon", "x")), "42704");
}

TEST(Document, gives_compounds_whole_and_in_parts) {
  EXPECT_EQ(english("foo-bar"), "'bar':3 'foo':2 'foo-bar':1");
  EXPECT_EQ(english("http://a.example.org/x?y"), "'/x?y':3 'a.example.org':2 'a.example.org/x?y':1");
}

TEST(Document, knows_addresses_numbers_files_and_markup) {
  EXPECT_EQ(english("jane@example.org"), "'jane@example.org':1");
  EXPECT_EQ(english("1.2.3 -5 6e7 8.9"), "'-5':2 '1.2.3':1 '6e7':3 '8.9':4");
  EXPECT_EQ(english("../a /usr/lib/x.so ./b"), "'../a':1 '/b':3 '/usr/lib/x.so':2");
  EXPECT_EQ(english("<b>bold</b> &amp; <!-- no --> x"), "'bold':1 'x':2");
  EXPECT_EQ(english("a <script>hidden</script> shown"), "'shown':2");
}

TEST(Document, takes_any_bytes) { EXPECT_EQ(english("caf\xc3\xa9 \xff\xfe x\xc3"), "'caf\xc3\xa9':1 'x':2"); }

TEST(Document, stops_at_postgresqls_limits) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "cat ";
  const auto vector = to_tsvector("english", many);
  EXPECT_EQ(vector->lexemes[0].positions.size(), 255U);
  EXPECT_EQ(english(std::string(3000, 'x')), "");
  EXPECT_EQ(printed(parse_tsvector(std::string(3000, 'x'))), "54000");
}

TEST(Document, is_read_in_linear_time_whatever_it_is) {
  for (const std::string piece : {"a_", "<!--", "./", "/~", "../", "a-", "a.", "1.", "<a='", "x@", "&"}) {
    std::string document;
    while (document.size() < 200'000) document += piece;
    EXPECT_TRUE(to_tsvector("english", document).ok()) << piece;
  }
}

TEST(Vector, reads_its_text_form) {
  EXPECT_EQ(printed(parse_tsvector(R"('it''s':2A b:3,1 "c")")), R"('"c"' 'b':1,3 'it''s':2A)");
  EXPECT_EQ(printed(parse_tsvector("a:")), "42601");
  EXPECT_EQ(printed(parse_tsvector("'a")), "42601");
}

TEST(Query, is_read_in_four_languages) {
  EXPECT_EQ(printed(to_tsquery("english", "fat & !(rats | cats:*AB)")), "'fat' & !( 'rat' | 'cat':*AB )");
  EXPECT_EQ(printed(to_tsquery("english", "foo-bar")), "'foo-bar' <-> 'foo' <-> 'bar'");
  EXPECT_EQ(printed(plainto_tsquery("english", "the fat rats")), "'fat' & 'rat'");
  EXPECT_EQ(printed(phraseto_tsquery("english", "cats of the world")), "'cat' <3> 'world'");
  EXPECT_EQ(printed(websearch_to_tsquery("english", "\"fat rats\" or -cat the")), "'fat' <-> 'rat' | !'cat'");
}

TEST(Query, says_what_is_wrong_with_it) {
  EXPECT_EQ(printed(to_tsquery("english", "fat rats")), "42601");
  EXPECT_EQ(printed(to_tsquery("english", "fat &")), "42601");
  EXPECT_EQ(printed(to_tsquery("english", "(fat")), "42601");
  EXPECT_EQ(printed(to_tsquery("english", "a <99999> b")), "22023");
  EXPECT_EQ(printed(to_tsquery("english", "the")), "");
  std::string words;
  for (int i = 0; i < 10'000; ++i) words += "x" + std::to_string(i) + " ";
  EXPECT_EQ(printed(plainto_tsquery("english", words)), "54001");
}

TEST(Match, knows_phrases_prefixes_weights_and_negation) {
  EXPECT_TRUE(found("a:1 b:2", "a <-> b"));
  EXPECT_FALSE(found("a:1 b:3", "a <-> b"));
  EXPECT_TRUE(found("a:1 b:3", "a <2> b"));
  EXPECT_TRUE(found("a:1,5 b:2", "!b <-> a"));
  EXPECT_FALSE(found("a:3 b:2", "!b <-> a"));
  EXPECT_TRUE(found("apple:1B", "app:*AB"));
  EXPECT_FALSE(found("apple:1C", "app:*AB"));
  EXPECT_TRUE(found("a", "!b"));
  EXPECT_FALSE(found("a b", "a <-> b"));
}

TEST(Rank, is_postgresqls) {
  const auto vector = parse_tsvector("a:1A b:2 c:9");
  EXPECT_NEAR(rank(*vector, *parse_tsquery("a")), 0.607927, 1e-6);
  EXPECT_NEAR(rank(*vector, *parse_tsquery("a & b")), 0.3133919, 1e-6);
  EXPECT_EQ(rank(*vector, *parse_tsquery("x")), 0.0F);
}

TEST(FtsCondition, is_exact_for_words_and_narrows_the_rest) {
  const auto condition = [](std::string_view query) { return fts_condition(*parse_tsquery(query)); };
  EXPECT_EQ(condition("a & b:*").match, R"("a" AND "b" *)");
  EXPECT_EQ(condition("a & (b | c)").match, R"("a" AND ("b" OR "c"))");
  EXPECT_TRUE(condition("a & !b").exact);
  EXPECT_EQ(condition("a <-> b").match, R"("a" AND "b")");
  EXPECT_FALSE(condition("a <-> b").exact);
  EXPECT_EQ(condition("!(a <-> b)").match, "\"\x1ez\"");
  EXPECT_FALSE(condition("a:A").exact);
  EXPECT_EQ(condition("'say \"x\"'").match, R"("say ""x""")");
}

}  // namespace
}  // namespace holdfast::text
