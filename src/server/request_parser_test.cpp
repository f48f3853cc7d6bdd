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

/// What came of the bytes, for comparison.
std::string account_of(RequestParser& parser) {
  if (parser.state() == State::failed) return parser.error().code;
  if (parser.state() != State::complete) return "incomplete";
  std::string text = parser.keep_alive() ? "kept" : "closed";
  text += parser.is_http_1_0() ? " 1.0" : " 1.1";
  const auto request = parser.take();
  text += " " + request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) text += name + "=" + value + "\n";
  return text + request.body;
}

TEST(RequestParser, reads_a_whole_request_as_it_reads_its_bytes_one_by_one) {
  const std::string host = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const auto& bytes : {
           host + "\r\n",
           host + "Connection: keep-alive\r\nApiKey: \t k e y \t\r\n\r\n",
           host + "Connection: close\r\n\r\n",
           host + "Connection: keep-alive, close\r\n\r\n",
           host + "X:\r\nY: \r\nZ:\t\r\n\r\n",
           host + "X: one\r\n two\r\n\r\n",
           host + "X: caf\xc3\xa9 and a value that is longer than eight bytes\r\n\r\n",
           host + "X: a value that is long and then has \x7f in it\r\n\r\n",
           host + "X: a value that is long and then has \x01 in it\r\n\r\n",
           host + "X: a\nY: b\r\n\r\n",
           host + "X: a\rY: b\r\n\r\n",
           host + "X : a\r\n\r\n",
           host + ": a\r\n\r\n",
           host + " X: a\r\n\r\n",
           host + "X\r\n\r\n",
           host + "Host: b\r\n\r\n",
           host + "HOST: a\r\n\r\n",
           host + "Content-Length: 0\r\n\r\n",
           host + "Content-Length: x\r\n\r\n",
           host + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
           host + "Expect: 100-continue\r\n\r\n",
           host + "\n",
           "get / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "G=T / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           " GET / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"s,
           "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET /a\x7f-and-some-more HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "GET / HTTP/1.0\r\nHost: a\r\n\r\n"s,
           "GET / HTTP/1.2\r\nHost: a\r\n\r\n"s,
           "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "POST / HTTP/1.1\r\nHost: a\r\n\r\n"s,
           "\r\n\r\nGET / HTTP/1.1\r\nhOsT:a\r\n\r\n"s,
       }) {
    RequestParser whole({});
    const auto used = whole.feed(bytes);
    RequestParser cut({});
    std::string pending;
    for (const char byte : bytes) {
      pending += byte;
      pending.erase(0, cut.feed(pending));
    }
    if (whole.state() == State::complete) {
      EXPECT_EQ(used, bytes.size()) << bytes;
    }
    EXPECT_EQ(account_of(whole), account_of(cut)) << bytes;
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
