#include "engine/detail/control_line.hpp"

#include <gtest/gtest.h>

namespace holdfast::engine::detail {
namespace {

TEST(ControlLine, requests_read_back) {
  const auto request =
      parse_request(request_line({.verb = "sql", .arguments_json = "{\"query\":\n\"a\\nb\"}"}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->verb, "sql");
  EXPECT_EQ(request->arguments_json, R"({"query":"a\nb"})");
}

TEST(ControlLine, what_is_no_request_is_refused) {
  for (const char* line : {"", "x", "[]", "{}", R"({"verb":"a"})", R"({"verb":1,"arguments":{}})",
                           R"({"verb":"a","arguments":[]})", "\xff"})
    EXPECT_EQ(parse_request(line).error().code, "HF010") << line;
}

TEST(ControlLine, results_keep_every_digit_and_stay_on_one_line) {
  const std::string line = result_line("{\"n\":\n12345678901234567890.1230}");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto reply = parse_reply(line);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(std::get<ResultText>(*reply).json, R"({"n": 12345678901234567890.1230})");
}

TEST(ControlLine, progress_and_errors_read_back) {
  const auto progress = parse_reply(progress_line({.what = "im\"port", .done = 3, .total = 9}));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(std::get<Progress>(*progress).what, "im\"port");
  EXPECT_EQ(std::get<Progress>(*progress).total, 9U);
  const auto error = parse_reply(error_line({.code = "23505", .message = "m", .details = "d", .hint = "h"}));
  ASSERT_TRUE(error.ok());
  EXPECT_EQ(std::get<Error>(*error).to_string(), "23505: m (d) Hint: h");
}

TEST(ControlLine, what_is_no_reply_is_refused) {
  for (const char* line : {"", "x", "{}", R"({"result":1)", R"({"error":1})"})
    EXPECT_EQ(parse_reply(line).error().code, "HF012") << line;
}

}  // namespace
}  // namespace holdfast::engine::detail
