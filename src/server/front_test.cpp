#include "server/front.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::server {
namespace {

HttpResponse ask(HttpRequest request) {
  HttpResponse answer;
  const auto handler = with_front([](const HttpRequest& inner, const HttpDone& done) {
    done({200, {}, inner.request_id});
  });
  handler(std::move(request), [&](HttpResponse response) { answer = std::move(response); });
  return answer;
}

TEST(Front, keeps_a_sane_request_id_and_replaces_others) {
  const auto id = [](std::string sent) {
    return std::string(ask({.method = "GET", .target = "/", .headers = {{"x-request-id", std::move(sent)}}})
                           .header("x-request-id"));
  };
  EXPECT_EQ(id("a-B_9.z"), "a-B_9.z");
  EXPECT_NE(id("a b"), "a b");
  EXPECT_NE(id("x\"y"), "x\"y");
  EXPECT_EQ(id(std::string(65, 'x')).size(), 16U);
  EXPECT_EQ(id("").size(), 16U);
}

TEST(Front, gives_every_request_an_id_of_its_own_and_tells_the_handler) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const auto answer = ask({.method = "GET", .target = "/"});
    EXPECT_EQ(answer.body, answer.header("x-request-id"));
    ids.insert(answer.body);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(Front, lets_pages_of_other_origins_read_the_api_but_not_the_owners_page) {
  const HttpHeaders origin{{"origin", "https://shop.example"}};
  EXPECT_EQ(ask({.method = "GET", .target = "/rest/v1/apps", .headers = origin})
                .header("access-control-allow-origin"),
            "*");
  EXPECT_EQ(
      ask({.method = "GET", .target = "/page/data", .headers = origin}).header("access-control-allow-origin"),
      "");
  EXPECT_EQ(ask({.method = "GET", .target = "/rest/v1/apps"}).header("access-control-allow-origin"), "");
}

TEST(Front, answers_a_preflight_itself) {
  const auto answer = ask({.method = "OPTIONS",
                           .target = "/rest/v1/apps",
                           .headers = {{"origin", "https://shop.example"},
                                       {"access-control-request-method", "POST"},
                                       {"access-control-request-headers", "Foo, Bar"}}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.header("access-control-allow-methods"), "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
  EXPECT_EQ(answer.header("access-control-allow-headers"),
            "Authorization, Foo, Bar, Accept, Accept-Language, Content-Language");
  EXPECT_EQ(answer.header("access-control-max-age"), "86400");
}

}  // namespace
}  // namespace holdfast::server
