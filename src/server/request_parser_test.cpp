#include "server/request_parser.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace std::string_literals;

namespace holdfast::server {
namespace {

using State = RequestParser::State;

std::string failure_code(std::string_view bytes, ParseLimits limits = {}) {
  RequestParser parser(limits);
  parser.feed(bytes);
  return parser.state() == State::failed ? parser.error().code : "";
}

TEST(RequestParser, reads_the_same_request_however_its_bytes_are_cut) {
  const std::string bytes =
      "POST /rest/v1/apps?select=id HTTP/1.1\r\nHost: a\r\nX-Thing:  b \r\n"
      "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nApikey: sneaked\r\n\r\n";
  for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
    RequestParser parser({});
    std::string pending;
    for (std::size_t at = 0; at < bytes.size(); at += cut) {
      pending += bytes.substr(at, cut);
      pending.erase(0, parser.feed(pending));
    }
    ASSERT_EQ(parser.state(), State::complete) << cut;
    const auto request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path(), "/rest/v1/apps");
    EXPECT_EQ(request.query(), "select=id");
    EXPECT_EQ(request.header("x-thing"), "b");
    EXPECT_EQ(request.body, "abcde");
    EXPECT_EQ(request.header("apikey"), "") << "a trailer passed for a header";
  }
}

TEST(RequestParser, reads_an_empty_chunked_body_byte_by_byte) {
  RequestParser parser({});
  std::string pending;
  for (const char byte :
       std::string_view("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
    pending += byte;
    pending.erase(0, parser.feed(pending));
    pending.erase(0, parser.feed(pending));
  }
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.take().body, "");
}

TEST(RequestParser, gives_pipelined_requests_one_after_another) {
  const std::string bytes = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
  RequestParser parser({});
  const auto used = parser.feed(bytes);
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.take().target, "/1");
  EXPECT_EQ(used + parser.feed(std::string_view(bytes).substr(used)), bytes.size());
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.take().target, "/2");
}

TEST(RequestParser, takes_scheme_and_authority_off_an_absolute_target) {
  RequestParser parser({});
  parser.feed("GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.take().target, "/x?y");
}

TEST(RequestParser, knows_whether_the_connection_stays) {
  const auto keeps = [](std::string_view bytes) {
    RequestParser parser({});
    parser.feed(bytes);
    return parser.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestParser, refuses_what_two_programs_could_read_in_two_ways) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(failure_code(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: 3, 4\r\n\r\nabcd"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: +3\r\n\r\nabc"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: -1\r\n\r\nabc"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: 0x3\r\n\r\nabc"), "HF014");
  EXPECT_EQ(failure_code(post + "Content-Length: 99999999999999999999\r\n\r\nabc"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: xchunked\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: identity\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding : chunked\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabcd\r\n0\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code(post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n\r\n"), "HF014");
}

TEST(RequestParser, refuses_headers_that_are_not_headers) {
  EXPECT_EQ(failure_code("GET / HTTP/1.1\r\n\r\n"), "HF014") << "no Host";
  EXPECT_EQ(failure_code("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("GET / HTTP/1.1\nHost: a\n\n"), "HF014");
  EXPECT_EQ(failure_code("GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"s), "HF014");
  EXPECT_EQ(failure_code("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("GET x HTTP/1.1\r\nHost: a\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n"), "HF014");
  EXPECT_EQ(failure_code("GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n"), "HF014");
}

TEST(RequestParser, holds_each_limit_with_its_own_code) {
  const ParseLimits limits{.header_bytes = 256, .target_bytes = 32, .body_bytes = 8};
  const std::string host = " HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(failure_code("GET /" + std::string(31, 'x') + host + "\r\n", limits), "");
  EXPECT_EQ(failure_code("GET /" + std::string(32, 'x') + host + "\r\n", limits), "HF016");
  EXPECT_EQ(failure_code("GET /" + std::string(999, 'x'), limits), "HF016");
  EXPECT_EQ(failure_code("GET /" + host + "X: " + std::string(300, 'x') + "\r\n\r\n", limits), "HF017");
  EXPECT_EQ(failure_code("GET /" + host + "X: " + std::string(300, 'x'), limits), "HF017");
  EXPECT_EQ(failure_code("POST /" + host + "Content-Length: 8\r\n\r\n12345678", limits), "");
  EXPECT_EQ(failure_code("POST /" + host + "Content-Length: 9\r\n\r\n", limits), "HF006");
  EXPECT_EQ(
      failure_code("POST /" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n4\r\nabcd\r\n0\r\n\r\n",
                   limits),
      "HF006");
}

}  // namespace
}  // namespace holdfast::server
