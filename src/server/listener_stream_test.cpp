#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "server/testing/running_listener.hpp"

namespace holdfast::server {
namespace {

using namespace std::chrono_literals;
using testing::RunningListener;
using testing::SocketClient;

/// What the tests see of a source, and make it do.
class Script {
 public:
  void give(std::string_view text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
    if (wake_) wake_();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (wake_) wake_();
  }
  /// For when nobody gives anything: only the clock asks.
  void set_text_of_next_pull(std::string_view text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
  }
  template <class Condition>
  void await(Condition condition) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 20s, condition));
  }
  void await_source() {
    await([this] { return sources > 0; });
  }
  void await_end_of_sources() {
    await([this] { return sources == 0; });
  }

  std::atomic<int> sources = 0;
  std::atomic<int> pulls = 0;
  std::atomic<bool> drained = false;
  bool is_endless = false;  ///< every pull gives 64 KiB

 private:
  friend class ScriptedSource;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
  std::function<void()> wake_;
};

class ScriptedSource final : public BodySource {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {
    change([&] { ++script_.sources; });
  }
  ~ScriptedSource() override {
    change([&] { --script_.sources; });
  }

  State pull(std::string& out) override {
    bool ended = false;
    change([&] {
      ++script_.pulls;
      out += std::exchange(script_.text_, {});
      if (script_.is_endless) out.append(64U << 10U, 'x');
      ended = script_.ended_ || script_.drained;
    });
    return ended ? State::ended : State::waiting;
  }
  void on_news(std::function<void()> wake) override {
    change([&] { script_.wake_ = std::move(wake); });
  }
  void drain() override { script_.drained = true; }

 private:
  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(script_.mutex_);
    change();
    script_.changed_.notify_all();
  }

  Script& script_;
};

/// Answers `/stream` with a scripted source after the body "first ", `/later` with one from another thread
/// when released, `/held` when released without leaving the connection's thread; anything else with its
/// target.
class Streaming {
 public:
  ~Streaming() {
    release();
    if (other_.joinable()) other_.join();
  }
  HttpHandler handler() {
    return [this](const HttpRequest& request, const HttpDone& done) { answer(request, done); };
  }
  void await_hold() { holding_.wait(false); }
  void release() {
    released_ = true;
    released_.notify_all();
  }

  Script script;

 private:
  void answer(const HttpRequest& request, const HttpDone& done) {
    const auto path = request.path();
    if (path == "/held") hold();
    if (path == "/later") {
      other_ = std::thread([this, done] {
        hold();
        done(stream(""));
      });
    } else if (path == "/stream") {
      done(stream("first "));
    } else if (path == "/nothing") {
      auto response = stream("first ");
      response.status = 204;
      done(std::move(response));
    } else {
      done(HttpResponse{.body = request.target});
    }
  }
  void hold() {
    holding_ = true;
    holding_.notify_all();
    released_.wait(false);
  }
  HttpResponse stream(std::string_view body) {
    return {.body = std::string(body), .source = std::make_unique<ScriptedSource>(script)};
  }

  std::atomic<bool> holding_ = false;
  std::atomic<bool> released_ = false;
  std::thread other_;
};

struct WithStreaming {
  Streaming streaming;
  Script& script = streaming.script;
};

struct Running : WithStreaming, RunningListener {
  explicit Running(const ListenOptions& options = {}) : RunningListener(options, streaming.handler()) {}
  ~Running() { streaming.release(); }
};

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(ListenerStream, sends_the_pieces_as_they_come_and_keeps_the_connection) {
  Running server;
  auto client = server.client();
  client.send(get("/stream"));
  const auto head = client.read_response();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(head.header("content-length"), "");
  EXPECT_EQ(client.read_chunk(), "first ");
  for (const char* piece : {"one", "two", "a piece of more than sixteen bytes"}) {
    server.script.give(piece);
    EXPECT_EQ(client.read_chunk(), piece);
  }
  server.script.end();
  EXPECT_EQ(client.read_chunk(), "");
  server.script.await_end_of_sources();
  client.send(get("/next"));
  EXPECT_EQ(client.read_response().body, "/next");
}

TEST(ListenerStream, begins_from_another_thread) {
  Running server;
  auto client = server.client();
  client.send(get("/later"));
  server.streaming.release();
  EXPECT_EQ(client.read_response().status, 200);
  server.script.give("piece");
  EXPECT_EQ(client.read_chunk(), "piece");
}

TEST(ListenerStream, answers_what_was_asked_meanwhile_afterwards) {
  Running server;
  auto client = server.client();
  client.send(get("/stream") + get("/2"));
  client.read_response();
  EXPECT_EQ(client.read_chunk(), "first ");
  client.send(get("/3"));
  server.script.give("piece");
  EXPECT_EQ(client.read_chunk(), "piece");
  client.send(get("/stream"));
  server.script.end();
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_EQ(client.read_response().body, "/2");
  EXPECT_EQ(client.read_response().body, "/3");
  EXPECT_EQ(client.read_response().header("transfer-encoding"), "chunked");
  EXPECT_EQ(client.read_chunk(), "first ");
  EXPECT_EQ(client.read_chunk(), "");
}

TEST(ListenerStream, sends_an_old_client_plain_bytes_until_it_closes) {
  Running server;
  auto client = server.client();
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.read_response();
  EXPECT_EQ(head.header("transfer-encoding"), "");
  EXPECT_EQ(head.header("content-length"), "");
  EXPECT_EQ(head.header("connection"), "close");
  server.script.give("second");
  server.script.end();
  EXPECT_EQ(client.read_to_end(), "first second");
}

TEST(ListenerStream, gives_head_and_no_content_no_body) {
  Running server;
  auto client = server.client();
  client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get("/nothing") + get("/next"));
  EXPECT_EQ(client.read_response(true).header("transfer-encoding"), "chunked");
  const auto nothing = client.read_response();
  EXPECT_EQ(nothing.status, 204);
  EXPECT_EQ(nothing.header("transfer-encoding"), "");
  EXPECT_EQ(client.read_response().body, "/next");
  EXPECT_EQ(server.script.sources, 0);
  EXPECT_EQ(server.script.pulls, 0);
}

TEST(ListenerStream, asks_once_for_many_wake_ups) {
  Running server({.threads = 1});
  auto client = server.client();
  client.send(get("/stream"));
  client.read_response();
  EXPECT_EQ(client.read_chunk(), "first ");
  auto other = server.client();
  other.send(get("/held"));
  server.streaming.await_hold();
  const int pulls_before = server.script.pulls;
  for (int i = 0; i < 1000; ++i) server.script.give("x");
  server.streaming.release();
  EXPECT_EQ(client.read_chunk(), std::string(1000, 'x'));
  EXPECT_EQ(other.read_response().body, "/held");
  // The pull of the news, the one after it left, one by the clock perhaps.
  EXPECT_LE(server.script.pulls, pulls_before + 3);
}

TEST(ListenerStream, asks_for_no_more_than_the_client_reads_and_leaves_one_that_reads_nothing) {
  Running server({.request_timeout = 200ms});
  server.script.is_endless = true;
  auto client = server.client();
  client.send(get("/stream"));
  server.script.await_source();
  server.script.await_end_of_sources();
  EXPECT_LT(server.script.pulls, 1024);  // 64 MiB, far more than any socket takes
}

TEST(ListenerStream, keeps_the_other_connections_of_its_thread_served) {
  Running server({.threads = 1});
  server.script.is_endless = true;
  auto client = server.client();
  client.send(get("/stream"));
  std::atomic<bool> reads_on = true;
  std::thread reader([&] {
    client.read_response();
    while (reads_on) client.read_chunk();
  });
  server.script.await([&] { return server.script.pulls > 3; });
  auto other = server.client();
  for (int i = 0; i < 20; ++i) {
    other.send(get("/other"));
    EXPECT_EQ(other.read_response().body, "/other");
  }
  reads_on = false;
  reader.join();
}

TEST(ListenerStream, outlasts_the_time_limits_and_is_asked_by_the_clock) {
  Running server({.idle_timeout = 100ms, .header_timeout = 100ms, .request_timeout = 100ms});
  auto client = server.client();
  client.send(get("/stream"));
  client.read_response();
  EXPECT_EQ(client.read_chunk(), "first ");
  server.script.await([&] { return server.script.pulls >= 1; });
  server.script.set_text_of_next_pull("unannounced");
  EXPECT_EQ(client.read_chunk(), "unannounced");
}

TEST(ListenerStream, ends_the_source_of_a_client_that_left) {
  Running server;
  for (const bool politely : {true, false}) {
    auto client = server.client();
    client.send(get("/stream"));
    client.read_response();
    server.script.await_source();
    politely ? client.finish_sending() : client.reset();
    server.script.await_end_of_sources();
    server.script.give("to nobody");
  }
}

TEST(ListenerStream, lets_a_source_say_farewell_when_the_server_stops) {
  Running server;
  auto client = server.client();
  client.send(get("/stream"));
  client.read_response();
  EXPECT_EQ(client.read_chunk(), "first ");
  server.script.set_text_of_next_pull("farewell");
  server.stop();
  EXPECT_TRUE(server.script.drained);
  EXPECT_EQ(client.read_chunk(), "farewell");
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST(ListenerStream, drains_at_once_what_begins_while_the_server_stops) {
  Running server;
  auto client = server.client();
  client.send(get("/later"));
  server.streaming.await_hold();
  server.listener->stop();
  while (!server.listener->draining()) std::this_thread::yield();
  server.script.set_text_of_next_pull("all there is");
  server.streaming.release();
  EXPECT_EQ(client.read_response().header("connection"), "close");
  EXPECT_EQ(client.read_chunk(), "all there is");
  EXPECT_EQ(client.read_chunk(), "");
  server.join();
}

}  // namespace
}  // namespace holdfast::server
