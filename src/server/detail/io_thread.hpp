#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "server/detail/answer_queue.hpp"
#include "server/detail/asio.hpp"
#include "server/detail/connection.hpp"
#include "server/listener.hpp"

namespace holdfast::server::detail {

/// What all threads of a listener share.
struct Shared {
  Shared(ListenOptions o, HttpHandler h) : options(std::move(o)), handler(std::move(h)) {}

  ListenOptions options;
  HttpHandler handler;
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> draining = false;
  /// Called when the last connection has ended while draining.
  std::function<void()> on_empty;
};

/// One thread's event loop with the connections that belong to it. Everything but post() runs on that thread.
class IoThread {
 public:
  explicit IoThread(Shared& shared);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Runs until drained.
  void run();
  asio::io_context& context() { return context_; }
  template <class Work>
  void post(Work work) {
    asio::post(context_, std::move(work));
  }

  void adopt(Socket socket);
  void drain();
  void close_all();

  void forget(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] const ListenOptions& options() const { return shared_.options; }
  [[nodiscard]] const HttpHandler& handler() const { return shared_.handler; }
  [[nodiscard]] const std::shared_ptr<AnswerQueue>& answers() const { return answers_; }
  [[nodiscard]] bool draining() const { return shared_.draining; }
  [[nodiscard]] const std::string& date() const { return date_; }

 private:
  void watch_the_clock();
  void end_when_drained();
  /// A copy: whatever is done with a connection may end it.
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all_connections() const;

  Shared& shared_;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> work_{context_.get_executor()};
  Timer timer_{context_};
  std::shared_ptr<AnswerQueue> answers_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::string date_;
  bool draining_ = false;
  Clock::time_point last_call_{};
};

}  // namespace holdfast::server::detail
