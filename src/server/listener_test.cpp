#include "server/listener.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/testing/running_listener.hpp"

namespace holdfast::server {
namespace {

using namespace std::chrono_literals;
using testing::SocketClient;

/// Answers with method, target and body; on `/later` from another thread, on `/never-yet` when released.
class Echo {
 public:
  ~Echo() {
    release();
    for (auto& thread : threads_) thread.join();
  }

  HttpHandler handler() {
    return [this](HttpRequest request, HttpDone done) { answer(std::move(request), std::move(done)); };
  }
  void release() {
    released_ = true;
    released_.notify_all();
  }
  void await_calls(int count) {
    while (calls_ < count) calls_.wait(calls_);
  }

 private:
  void answer(HttpRequest request, HttpDone done) {
    ++calls_;
    calls_.notify_all();
    HttpResponse response{.body = request.method + " " + request.target + " " + request.body};
    if (request.path() != "/later" && request.path() != "/held") return done(std::move(response));
    const bool held = request.path() == "/held";
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([this, held, response = std::move(response), done = std::move(done)]() mutable {
      if (held) released_.wait(false);
      done(std::move(response));
    });
  }

  std::atomic<int> calls_ = 0;
  std::atomic<bool> released_ = false;
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

struct WithEcho {
  Echo echo;
};

/// A listener over an echo.
struct Running : WithEcho, testing::RunningListener {
  explicit Running(const ListenOptions& options = {}) : RunningListener(options, echo.handler()) {}
  ~Running() { echo.release(); }
};

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(Listener, keeps_a_connection_for_many_requests) {
  Running server;
  auto client = server.client();
  for (int i = 0; i < 3; ++i) {
    client.send(get("/" + std::to_string(i)));
    EXPECT_EQ(client.read_response().body, "GET /" + std::to_string(i) + " ");
  }
}

TEST(Listener, answers_pipelined_requests_in_their_order) {
  Running server;
  auto client = server.client();
  client.send(get("/later?1") + get("/2") + get("/later?3") + get("/4") + get("/5"));
  for (const char* target : {"/later?1", "/2", "/later?3", "/4", "/5"}) {
    EXPECT_EQ(client.read_response().body, "GET " + std::string(target) + " ");
  }
}

TEST(Listener, answers_hundreds_of_pipelined_requests_to_a_client_that_reads_late) {
  Running server;
  auto client = server.client();
  std::thread sender([&] {
    for (int i = 0; i < 2000; ++i) client.send(get("/" + std::string(2000, 'x') + std::to_string(i)));
  });
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(client.read_response().body.ends_with("x" + std::to_string(i) + " "));
  }
  sender.join();
}

TEST(Listener, serves_two_hundred_connections_at_once) {
  Running server;
  std::vector<SocketClient> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(server.client());
  for (int round = 0; round < 5; ++round) {
    for (auto& client : clients) client.send(get(round % 2 == 0 ? "/" : "/later"));
    for (auto& client : clients) ASSERT_EQ(client.read_response().status, 200);
  }
  EXPECT_EQ(server.listener->connections(), 200U);
}

TEST(Listener, gives_head_no_body) {
  Running server;
  auto client = server.client();
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/y"));
  const auto head = client.read_response(true);
  EXPECT_EQ(head.header("content-length"), "8");
  EXPECT_EQ(client.read_response().body, "GET /y ");
}

TEST(Listener, reads_large_and_chunked_bodies) {
  Running server;
  auto client = server.client();
  const std::string body(3'000'000, 'b');
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + body);
  EXPECT_EQ(client.read_response().body, "POST / " + body);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "POST / abc");
}

TEST(Listener, asks_for_the_body_that_a_client_holds_back) {
  Running server;
  auto client = server.client();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  client.send("abc");
  EXPECT_EQ(client.read_response().body, "POST / abc");
}

TEST(Listener, refuses_too_large_a_body_before_it_is_sent) {
  Running server({.limits = {.body_bytes = 100}});
  auto client = server.client();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
  const auto answer = client.read_response();
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("HF006"), std::string::npos);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST(Listener, lets_a_client_that_sent_too_much_read_why_it_was_refused) {
  Running server({.limits = {.body_bytes = 100}});
  auto client = server.client();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x'));
  EXPECT_EQ(client.read_response().status, 413);
}

TEST(Listener, refuses_long_headers_urls_and_smuggled_requests_and_closes) {
  Running server({.limits = {.header_bytes = 4096, .target_bytes = 1024}});
  const auto status = [&](const std::string& bytes) {
    auto client = server.client();
    client.send(bytes);
    const int code = client.read_response().status;
    EXPECT_TRUE(client.is_closed_by_peer());
    return code;
  };
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(5000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(get("/" + std::string(2000, 'x'))), 414);
  EXPECT_EQ(
      status(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
          get("/smuggled")),
      400);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                   std::string(100'000, 'x')),
            431);
}

TEST(Listener, ends_slow_headers_slow_bodies_and_idle_connections) {
  Running server({.idle_timeout = 150ms, .header_timeout = 100ms, .request_timeout = 150ms});
  auto slow_header = server.client();
  slow_header.send("GET / HTTP/1.1\r\nHo");
  auto slow_body = server.client();
  slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  auto idle = server.client();
  idle.send(get("/"));
  EXPECT_EQ(idle.read_response().status, 200);
  EXPECT_EQ(slow_header.read_response().status, 408);
  EXPECT_TRUE(slow_header.is_closed_by_peer());
  EXPECT_EQ(slow_body.read_response().status, 408);
  EXPECT_TRUE(slow_body.is_closed_by_peer());
  EXPECT_TRUE(idle.is_closed_by_peer());
}

TEST(Listener, turns_away_more_connections_than_it_may_have) {
  Running server({.max_connections = 2});
  auto first = server.client();
  auto second = server.client();
  for (auto* client : {&first, &second}) {
    client->send(get("/"));
    EXPECT_EQ(client->read_response().status, 200);
  }
  auto third = server.client();
  EXPECT_EQ(third.read_response().status, 503);
  EXPECT_TRUE(third.is_closed_by_peer());
}

TEST(Listener, answers_requests_under_way_before_it_stops) {
  Running server;
  auto busy = server.client();
  busy.send(get("/held"));
  server.echo.await_calls(1);
  server.listener->stop();
  while (!server.listener->draining()) std::this_thread::yield();
  server.echo.release();
  const auto answer = busy.read_response();
  EXPECT_EQ(answer.body, "GET /held ");
  EXPECT_EQ(answer.header("connection"), "close");
  server.join();
  EXPECT_FALSE(SocketClient::can_connect(server.listener->address()));
}

TEST(Listener, gives_a_quiet_connection_one_last_request_while_it_stops) {
  Running server({.drain_grace = 500ms});
  auto quiet = server.client();
  quiet.send(get("/1"));
  quiet.read_response();
  server.listener->stop();
  while (!server.listener->draining()) std::this_thread::yield();
  quiet.send(get("/2"));
  EXPECT_EQ(quiet.read_response().body, "GET /2 ");
  EXPECT_TRUE(quiet.is_closed_by_peer());
  server.join();
}

TEST(Listener, waits_no_longer_than_it_was_told_for_requests_under_way) {
  Running server({.drain_timeout = 50ms});
  auto stuck = server.client();
  stuck.send(get("/held"));
  server.echo.await_calls(1);
  server.stop();
  EXPECT_TRUE(stuck.is_closed_by_peer());
}

TEST(Listener, survives_clients_that_leave_before_their_answer) {
  Running server;
  for (int i = 0; i < 20; ++i) {
    auto client = server.client();
    client.send(get("/held"));
    server.echo.await_calls(i + 1);
    client.reset();
  }
  server.echo.release();
  auto client = server.client();
  client.send(get("/"));
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(Listener, keeps_an_old_client_only_when_it_asks) {
  Running server;
  auto kept = server.client();
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read_response().header("connection"), "keep-alive");
  auto closed = server.client();
  closed.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closed.read_response().status, 200);
  EXPECT_TRUE(closed.is_closed_by_peer());
}

TEST(Listener, says_what_is_wrong_with_an_address) {
  for (const char* address : {"nonsense", "127.0.0.1", "127.0.0.1:x", "300.0.0.1:80", "127.0.0.1:99999"}) {
    const auto bound = Listener::bind({.address = address}, [](HttpRequest, HttpDone) {});
    ASSERT_FALSE(bound.ok()) << address;
    EXPECT_EQ(bound.error().code, "HF001") << address;
  }
  Running server;
  const auto taken = Listener::bind({.address = server.listener->address()}, [](HttpRequest, HttpDone) {});
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, "58030");
}

}  // namespace
}  // namespace holdfast::server
