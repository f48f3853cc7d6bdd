// Part of listener.cpp.
#pragma once

#include <algorithm>
#include <vector>

namespace holdfast::server::detail {

inline void deliver_answers(AnswerQueue& queue) {
  auto arrived = queue.take();
  for (auto& [to, response] : arrived.answers) {
    if (const auto connection = to.lock()) connection->on_answer(std::move(response));
  }
  for (const auto& bell : arrived.bells) {
    bell->rung = false;
    if (const auto connection = bell->connection.lock()) connection->pump();
  }
}

inline IoThread::IoThread(Shared& shared)
    : shared_(shared),
      answers_(std::make_shared<AnswerQueue>(context_, deliver_answers)),
      date_(http_date()) {}

inline IoThread::~IoThread() { answers_->close(); }

inline void IoThread::run() {
  answers_->bind_to_this_thread();
  watch_the_clock();
  context_.run();
}

inline void IoThread::adopt(Socket socket) {
  const auto connection = std::make_shared<Connection>(std::move(socket), *this);
  connections_.insert(connection);
  connection->start();
  if (draining_) connection->drain(last_call_);
}

inline void IoThread::forget(const std::shared_ptr<Connection>& connection) {
  if (connections_.erase(connection) == 0) return;
  if (--shared_.connections == 0 && shared_.draining) shared_.on_empty();
  end_when_drained();
}

inline void IoThread::drain() {
  draining_ = true;
  last_call_ = Clock::now() + options().drain_grace;
  for (const auto& connection : all_connections()) connection->drain(last_call_);
  timer_.cancel();
  watch_the_clock();
  end_when_drained();
}

inline std::vector<std::shared_ptr<Connection>> IoThread::all_connections() const {
  return {connections_.begin(), connections_.end()};
}

inline void IoThread::end_when_drained() {
  if (!draining_ || !connections_.empty()) return;
  timer_.cancel();
  work_.reset();
}

inline void IoThread::close_all() {
  for (const auto& connection : all_connections()) connection->close();
}

/// Timeouts need no precision: one look at all connections now and then is cheaper than a timer for each.
inline void IoThread::watch_the_clock() {
  const auto& o = options();
  const auto shortest = std::min({o.idle_timeout, o.header_timeout, o.request_timeout});
  const auto pause = (draining_ ? std::min(shortest, o.drain_grace) : shortest) / 4;
  timer_.expires_after(
      std::clamp<Clock::duration>(pause, std::chrono::milliseconds(10), std::chrono::seconds(1)));
  timer_.async_wait([this](const error_code& cancelled) {
    if (cancelled) return;
    date_ = http_date();
    const auto now = Clock::now();
    for (const auto& connection : all_connections()) connection->check_time(now);
    if (!draining_ || !connections_.empty()) watch_the_clock();
  });
}

}  // namespace holdfast::server::detail
