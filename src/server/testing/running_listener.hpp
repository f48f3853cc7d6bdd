#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>

#include "server/listener.hpp"
#include "server/testing/socket_client.hpp"

namespace holdfast::server::testing {

/// A listener that runs on its own threads until the end of the test.
class RunningListener {
 public:
  RunningListener(const ListenOptions& options, HttpHandler handler) {
    auto bound = Listener::bind(options, std::move(handler));
    EXPECT_TRUE(bound.ok()) << (bound.ok() ? "" : bound.error().to_string());
    listener = std::move(bound).value();
    thread_ = std::thread([this] { listener->run(); });
  }
  ~RunningListener() { stop(); }
  RunningListener(const RunningListener&) = delete;
  RunningListener& operator=(const RunningListener&) = delete;

  void stop() {
    listener->stop();
    join();
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] SocketClient client() const { return SocketClient(listener->address()); }

  std::unique_ptr<Listener> listener;

 private:
  std::thread thread_;
};

}  // namespace holdfast::server::testing
