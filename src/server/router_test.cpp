#include "server/router.hpp"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

HttpHandler saying(std::string text) {
  return [text = std::move(text)](const HttpRequest&, const HttpDone& done) { done({200, {}, text}); };
}

HttpResponse ask(const Router& router, std::string method, std::string target) {
  HttpResponse answer;
  router.handle({.method = std::move(method), .target = std::move(target)},
                [&](HttpResponse response) { answer = std::move(response); });
  return answer;
}

TEST(Router, finds_the_exact_path_before_the_longest_prefix) {
  Router router;
  router.under("/rest", saying("short"));
  router.under("/rest/v1", saying("long"));
  router.at("/rest/v1/exact", {"GET"}, saying("exact"));
  EXPECT_EQ(ask(router, "GET", "/rest/v1/exact?x=1").body, "exact");
  EXPECT_EQ(ask(router, "GET", "/rest/v1/other").body, "long");
  EXPECT_EQ(ask(router, "PATCH", "/rest/v1").body, "long");
  EXPECT_EQ(ask(router, "GET", "/rest/v2").body, "short");
}

TEST(Router, does_not_take_a_longer_name_for_what_is_below) {
  Router router;
  router.under("/rest/v1", saying("x"));
  const auto answer = ask(router, "GET", "/rest/v10");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("HF008"), std::string::npos);
}

TEST(Router, says_which_methods_an_address_takes) {
  Router router;
  router.at("/here", {"GET"}, saying("x"));
  EXPECT_EQ(ask(router, "HEAD", "/here").status, 200);
  const auto answer = ask(router, "DELETE", "/here");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace holdfast::server
