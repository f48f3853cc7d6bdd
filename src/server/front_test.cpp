#include "server/front.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/testing/temporary_folder.hpp"

namespace holdfast::server {
namespace {

HttpResponse ask(HttpRequest request, FrontOptions options = {}) {
  HttpResponse answer;
  const auto handler = with_front(
      [](const HttpRequest& inner, const HttpDone& done) {
        auto made = json_answer(inner.request_id);
        made.role = "anon";
        done(std::move(made));
      },
      std::move(options));
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

TEST(Front, lets_only_named_origins_in_where_they_are_named) {
  const auto asked_by = [](const std::string& origin, const std::string& method) {
    return ask({.method = method,
                .target = "/rest/v1/apps",
                .headers = {{"origin", origin}, {"access-control-request-method", "GET"}}},
               {.cors_origins = {"https://shop.example"},
                .cors_credentials = true,
                .cors_max_age = std::chrono::seconds(60)});
  };
  for (const std::string method : {"GET", "OPTIONS"}) {
    const auto known = asked_by("https://shop.example", method);
    EXPECT_EQ(known.header("access-control-allow-origin"), "https://shop.example");
    EXPECT_EQ(known.header("access-control-allow-credentials"), "true");
    EXPECT_EQ(known.header("vary"), "Origin");
    const auto stranger = asked_by("https://other.example", method);
    EXPECT_EQ(stranger.header("access-control-allow-origin"), "");
    EXPECT_EQ(stranger.header("access-control-allow-credentials"), "");
    EXPECT_EQ(stranger.header("vary"), "Origin");
  }
  EXPECT_EQ(asked_by("https://shop.example", "OPTIONS").header("access-control-max-age"), "60");
}

TEST(Front, counts_requests_by_route_method_and_status) {
  const auto metrics = std::make_shared<HttpMetrics>();
  for (int i = 0; i < 3; ++i) ask({.method = "GET", .target = "/rest/v1/apps?x=1"}, {.metrics = metrics});
  ask({.method = "BREW", .target = "/rest/v1/rpc/f"}, {.metrics = metrics});
  std::string text = "\n";
  base::PrometheusText writer(text);
  metrics->write(writer);
  for (const std::string line : {R"(holdfast_http_requests_total{route="rest",method="GET",status="200"} 3)",
                                 R"(holdfast_http_requests_total{route="rpc",method="other",status="200"} 1)",
                                 R"(holdfast_http_request_duration_seconds_count{route="rest"} 3)",
                                 R"(holdfast_http_requests_in_flight 0)"})
    EXPECT_NE(text.find("\n" + line + "\n"), std::string::npos) << line;
}

class AccessLog : public ::testing::Test {
 protected:
  /// The lines that a request leaves.
  std::string lines_of(HttpRequest request) {
    const auto path = folder_.path() / "access.log";
    {
      auto file = base::LineFile::open(path.string());
      EXPECT_TRUE(file.ok());
      ask(std::move(request), {.access_log = *std::move(file)});
    }
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  base::testing::TemporaryFolder folder_;
};

TEST_F(AccessLog, has_a_line_for_a_request_without_its_secrets) {
  const auto lines = lines_of({.method = "GET",
                               .target = "/rest/v1/apps?apikey=hf_pub_x&id=eq.1&or=(token.eq.abc)&Api_Key=y",
                               .headers = {{"user-agent", "curl/\"8\""}, {"x-request-id", "id-1"}},
                               .body = {},
                               .remote_address = "10.0.0.1"});
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
  for (const std::string part :
       {R"("id":"id-1","remote":"10.0.0.1","method":"GET","path":"/rest/v1/apps",)",
        R"("query":"apikey=[hidden]&id=eq.1&or=[hidden]&Api_Key=[hidden]","status":200,"bytes":4,)",
        R"("role":"anon","user_agent":"curl/\"8\""})"})
    EXPECT_NE(lines.find(part), std::string::npos) << part << "\n" << lines;
}

}  // namespace
}  // namespace holdfast::server
