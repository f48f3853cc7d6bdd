#include "records/body.hpp"

#include <gtest/gtest.h>

#include "records/rows.hpp"

namespace holdfast::records {
namespace {

Request post(MediaType::Kind kind = MediaType::Kind::json) {
  Request request;
  request.action = Action::insert;
  request.content_type.kind = kind;
  return request;
}

TEST(JsonBodies, keep_each_value_as_it_was_sent) {
  const auto payload = parse_payload(post(), R"([{"b": {"x" : 1}, "a": null}, {"a": "t", "b": [1, 2]}])");
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(payload->columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(payload->rows[0][0].kind, Cell::Kind::null);
  EXPECT_EQ(payload->rows[0][1].text, R"({"x" : 1})");
  EXPECT_EQ(payload->rows[1][0].text, R"("t")");
}

TEST(JsonBodies, need_the_same_keys_in_every_object) {
  EXPECT_EQ(parse_payload(post(), R"([{"a":1},{"b":2}])").error().code, "PGRST102");
  EXPECT_EQ(parse_payload(post(), R"([{"a":1},{"a":1,"b":2}])").error().code, "PGRST102");
  EXPECT_EQ(parse_payload(post(), R"([{"a":1},5])").error().code, "PGRST102");
}

TEST(JsonBodies, that_are_empty_or_broken_are_refused) {
  for (const auto* body : {"", "{", "{\"a\":}", "nope", "[{\"a\":1}"}) {
    EXPECT_EQ(parse_payload(post(), body).error().code, "PGRST102") << body;
  }
  EXPECT_EQ(parse_payload(post(), std::string(100'000, '[')).error().code, "PGRST102");
}

TEST(JsonBodies, give_the_chosen_columns_and_leave_others) {
  auto request = post();
  request.query.columns = std::vector<std::string>{"a", "c"};
  const auto payload = parse_payload(request, R"([{"a":1,"b":2},{"c":3}])");
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(payload->rows[0][0].text, "1");
  EXPECT_EQ(payload->rows[0][1].kind, Cell::Kind::absent);
  EXPECT_EQ(payload->rows[1][0].kind, Cell::Kind::absent);
}

TEST(CsvBodies, read_quotes_and_NULL) {
  const auto payload = parse_payload(post(MediaType::Kind::csv), "a,b\r\n\"x,\"\"y\"\"\",NULL\nz,\n");
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(payload->rows[0][0].text, "x,\"y\"");
  EXPECT_EQ(payload->rows[0][1].kind, Cell::Kind::null);
  EXPECT_EQ(payload->rows[1][1].text, "");
}

TEST(CsvBodies, need_as_many_fields_in_every_line) {
  EXPECT_EQ(parse_payload(post(MediaType::Kind::csv), "a,b\n1\n").error().code, "PGRST102");
}

TEST(FormBodies, are_one_row_of_texts) {
  const auto payload = parse_payload(post(MediaType::Kind::form), "a=1+2&b=%26");
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(payload->rows[0][0].text, "1 2");
  EXPECT_EQ(payload->rows[0][1].text, "&");
}

TEST(StripNulls, goes_to_every_depth_and_leaves_arrays_alone) {
  EXPECT_EQ(strip_nulls(R"([{"a":null,"b":{"c":null,"d":"null"},"e":[null,1]}])"),
            R"([{"b":{"d":"null"},"e":[null,1]}])");
  EXPECT_EQ(strip_nulls(R"({"a":null})"), "{}");
}

}  // namespace
}  // namespace holdfast::records
