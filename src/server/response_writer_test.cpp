#include "server/response_writer.hpp"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

std::string written(const HttpResponse& response, ResponseFraming framing = {}) {
  framing.date = "D";
  std::string out;
  append_response(out, response, framing);
  return out;
}

TEST(ResponseWriter, frames_a_body_with_its_length) {
  EXPECT_EQ(written({.status = 200, .headers = {{"A", "b"}}, .body = "xyz"}),
            "HTTP/1.1 200 OK\r\nA: b\r\nDate: D\r\nContent-Length: 3\r\n\r\nxyz");
}

TEST(ResponseWriter, gives_head_the_length_without_the_body) {
  EXPECT_EQ(written({.status = 200, .headers = {}, .body = "xyz"}, {.answers_head = true, .date = {}}),
            "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 3\r\n\r\n");
}

TEST(ResponseWriter, gives_no_content_neither_length_nor_body) {
  EXPECT_EQ(written({.status = 204, .headers = {}, .body = "lost"}),
            "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n");
}

TEST(ResponseWriter, keeps_a_value_from_beginning_another_header) {
  EXPECT_EQ(written({.status = 204, .headers = {{"A", "b\r\nSet-Cookie: c"}}, .body = {}}),
            "HTTP/1.1 204 No Content\r\nA: b  Set-Cookie: c\r\nDate: D\r\n\r\n");
}

TEST(ResponseWriter, says_when_the_connection_ends_and_when_an_old_client_may_keep_it) {
  EXPECT_NE(written({}, {.keep_alive = false, .date = {}}).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(written({}, {.http_1_0 = true, .date = {}}).find("Connection: keep-alive\r\n"),
            std::string::npos);
}

}  // namespace
}  // namespace holdfast::server
