#include "server/http.hpp"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

TEST(Http, splits_a_target_into_path_and_query) {
  HttpRequest request;
  request.target = "/rest/v1/apps?select=id?&x=%20";
  EXPECT_EQ(request.path(), "/rest/v1/apps");
  EXPECT_EQ(request.query(), "select=id?&x=%20");
  request.target = "/";
  EXPECT_EQ(request.path(), "/");
  EXPECT_EQ(request.query(), "");
}

TEST(Http, reads_query_parameters_decoded) {
  EXPECT_EQ(query_parameter("a=1&b=x%2By+z&c", "b"), "x+y z");
  EXPECT_EQ(query_parameter("a=1&b=2", "a"), "1");
  EXPECT_EQ(query_parameter("a=1", "b"), "");
  EXPECT_EQ(query_parameter("c", "c"), "");
  EXPECT_EQ(query_parameter("a=%zz%4", "a"), "%zz%4");
}

TEST(Http, gives_every_value_of_a_parameter_that_comes_several_times) {
  EXPECT_EQ(query_parameters("table=a&x=1&table=b%2Cc&table", "table"),
            (std::vector<std::string>{"a", "b,c", ""}));
}

TEST(Http, reads_lists_with_weights) {
  const auto takes = [](std::string_view list) { return list_takes(list, "text/event-stream"); };
  EXPECT_EQ(takes("text/event-stream"), true);
  EXPECT_EQ(takes("application/json, Text/Event-Stream ; charset=utf-8 ; q=0.5"), true);
  EXPECT_EQ(takes("text/event-stream;q=0"), false);
  EXPECT_EQ(takes("text/event-stream; Q=0.000 ,*/*"), false);
  EXPECT_EQ(takes("*/*"), std::nullopt);
  EXPECT_EQ(takes(",;, ;q=1,"), std::nullopt);
}

TEST(Http, makes_an_error_an_answer_that_clients_of_PostgREST_read) {
  const auto answer = error_answer({.code = "HF008", .message = "No \"such\" thing", .hint = "Look"}, true);
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, R"({"code":"HF008","message":"No \"such\" thing","details":null,"hint":"Look"})");
  EXPECT_EQ(answer.header("www-authenticate"), "");
}

TEST(Http, tells_an_unknown_caller_how_to_authenticate) {
  EXPECT_EQ(error_answer({.code = "HF007", .message = "No"}).header("www-authenticate"), "Bearer");
  EXPECT_EQ(error_answer({.code = "42501", .message = "No"}, true).status, 401);
  EXPECT_EQ(error_answer({.code = "42501", .message = "No"}, false).status, 403);
}

}  // namespace
}  // namespace holdfast::server
