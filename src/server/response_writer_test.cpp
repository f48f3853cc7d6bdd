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

class Nothing final : public BodySource {
 public:
  State pull(std::string& /*out*/) override { return State::ended; }
  void on_news(std::function<void()> /*wake*/) override {}
  void drain() override {}
};

HttpResponse with_source(int status = 200) {
  return {.status = status, .body = "a body of 20 letters", .source = std::make_unique<Nothing>()};
}

TEST(ResponseWriter, chunks_a_body_that_goes_on) {
  EXPECT_EQ(written(with_source()),
            "HTTP/1.1 200 OK\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n14\r\na body of 20 letters\r\n");
  std::string out;
  append_piece(out, "abc", false);
  append_piece(out, "", false);
  append_end(out, false);
  EXPECT_EQ(out, "3\r\nabc\r\n0\r\n\r\n");
}

TEST(ResponseWriter, leaves_a_body_that_goes_on_unframed_for_an_old_client) {
  EXPECT_EQ(written(with_source(), {.keep_alive = false, .http_1_0 = true, .date = {}}),
            "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\n\r\na body of 20 letters");
  std::string out;
  append_piece(out, "abc", true);
  append_end(out, true);
  EXPECT_EQ(out, "abc");
}

TEST(ResponseWriter, says_whether_a_body_follows) {
  std::string out;
  EXPECT_TRUE(append_response(out, with_source(), {.date = "D"}));
  EXPECT_FALSE(append_response(out, with_source(), {.answers_head = true, .date = "D"}));
  EXPECT_FALSE(append_response(out, with_source(204), {.date = "D"}));
  EXPECT_FALSE(append_response(out, {.body = "x"}, {.date = "D"}));
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
