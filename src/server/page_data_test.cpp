#include "server/page_data.hpp"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

HttpRequest from_here() {
  return {.method = "GET",
          .target = "/page/data",
          .headers = {{"host", "localhost:8420"}},
          .remote_address = "127.0.0.1"};
}

TEST(PageData, is_for_callers_on_this_machine) {
  EXPECT_TRUE(is_local_caller(from_here(), "127.0.0.1:8420"));
  auto request = from_here();
  request.remote_address = "192.0.2.7";
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
  EXPECT_FALSE(is_local_caller(from_here(), "0.0.0.0:8420")) << "others reach this server too";
}

TEST(PageData, is_not_for_what_a_proxy_on_this_machine_hands_on) {
  auto request = from_here();
  request.headers.emplace_back("x-forwarded-for", "192.0.2.7");
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
}

TEST(PageData, is_not_for_a_foreign_page_whose_name_points_here) {
  auto request = from_here();
  request.headers = {{"host", "rebound.example:8420"}};
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
  request = from_here();
  request.headers.emplace_back("sec-fetch-site", "cross-site");
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
}

}  // namespace
}  // namespace holdfast::server
