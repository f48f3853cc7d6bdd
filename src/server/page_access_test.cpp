#include "server/page_access.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace holdfast::server {
namespace {

HttpRequest from_here() {
  return {.method = "GET",
          .target = "/page/data",
          .headers = {{"host", "localhost:8420"}},
          .remote_address = "127.0.0.1"};
}

TEST(PageAccess, is_for_callers_on_this_machine) {
  EXPECT_TRUE(is_local_caller(from_here(), "127.0.0.1:8420"));
  auto request = from_here();
  request.remote_address = "192.0.2.7";
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
  EXPECT_FALSE(is_local_caller(from_here(), "0.0.0.0:8420")) << "others reach this server too";
}

TEST(PageAccess, is_not_for_what_a_proxy_on_this_machine_hands_on) {
  auto request = from_here();
  request.headers.emplace_back("x-forwarded-for", "192.0.2.7");
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
}

TEST(PageAccess, is_not_for_a_foreign_page_whose_name_points_here) {
  auto request = from_here();
  request.headers = {{"host", "rebound.example:8420"}};
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
  request = from_here();
  request.headers.emplace_back("sec-fetch-site", "cross-site");
  EXPECT_FALSE(is_local_caller(request, "127.0.0.1:8420"));
}

TEST(PageAccess, reads_as_owner_only_what_the_page_asks_to_read) {
  auto request = from_here();
  EXPECT_FALSE(is_owner_reading(request, "127.0.0.1:8420")) << "any program may send that";
  request.headers.emplace_back("x-holdfast-page", "1");
  EXPECT_TRUE(is_owner_reading(request, "127.0.0.1:8420"));
  request.headers.emplace_back("origin", "http://localhost:8420");
  EXPECT_TRUE(is_owner_reading(request, "127.0.0.1:8420"));
  request.headers.back().second = "https://elsewhere.example";
  EXPECT_FALSE(is_owner_reading(request, "127.0.0.1:8420")) << "CORS lets other pages send any header";
  request.headers.back().second = "http://localhost:8420";
  request.method = "DELETE";
  EXPECT_FALSE(is_owner_reading(request, "127.0.0.1:8420"));
}

TEST(PageAccess, sees_a_client_of_another_user) {
  const auto table = [](const std::string& user) {
    return std::istringstream(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:20E4 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 11 1\n"
        "   1: 0100007F:20E4 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000 0 12 1\n"
        "   2: 0100007F:C001 0100007F:20E4 01 00000000:00000000 00:00000000 00000000  " +
        user + " 0 13 1\n");
  };
  auto own = table("1000");
  EXPECT_FALSE(has_foreign_client(own, 8420, 1000));
  auto roots = table("0");
  EXPECT_FALSE(has_foreign_client(roots, 8420, 1000));
  auto foreign = table("1001");
  EXPECT_TRUE(has_foreign_client(foreign, 8420, 1000));
  auto elsewhere = table("1001");
  EXPECT_FALSE(has_foreign_client(elsewhere, 8421, 1000));
}

}  // namespace
}  // namespace holdfast::server
