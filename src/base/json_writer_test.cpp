#include "base/json_writer.hpp"

#include <gtest/gtest.h>

namespace holdfast::base {
namespace {

TEST(JsonWriter, puts_commas_between_members_and_elements_only) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .key("a")
      .integer(1)
      .key("b")
      .begin_array()
      .boolean(true)
      .null()
      .end_array()
      .end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[true,null]})");
}

TEST(JsonWriter, escapes_quotes_backslashes_and_control_characters) {
  std::string out;
  append_json_string(out, "a\"b\\c\n\x01é");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001é\"");
}

TEST(JsonWriter, replaces_what_is_no_utf8) {
  std::string out;
  JsonWriter(out).string(
      "a\xFF"
      "b\xC0\xAF"
      "\xED\xA0\x80é\xE2\x82");
  EXPECT_EQ(out, "\"a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDé\uFFFD\uFFFD\"");
}

}  // namespace
}  // namespace holdfast::base
