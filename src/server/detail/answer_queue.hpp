#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "server/detail/asio.hpp"
#include "server/http.hpp"

namespace holdfast::server::detail {

class Connection;

/// Answers on their way from other threads to the thread of their connections. A group commit answers its
/// members one after another; they cross together, with one wake-up. Outlives the io_context: shared by
/// its thread and by every answer that is awaited.
class AnswerQueue {
 public:
  using Answer = std::pair<std::weak_ptr<Connection>, HttpResponse>;

  AnswerQueue(asio::io_context& context, void (*deliver)(AnswerQueue&))
      : context_(&context), deliver_(deliver) {}

  /// Any thread. Dropped when the thread has ended.
  static void push(const std::shared_ptr<AnswerQueue>& queue, std::weak_ptr<Connection> to,
                   HttpResponse response) {
    const std::lock_guard lock(queue->mutex_);
    if (queue->context_ == nullptr) return;
    queue->answers_.emplace_back(std::move(to), std::move(response));
    if (queue->answers_.size() > 1) return;
    asio::post(*queue->context_, [queue] { queue->deliver_(*queue); });
  }

  [[nodiscard]] std::vector<Answer> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
  }

  void bind_to_this_thread() { owner_ = std::this_thread::get_id(); }
  [[nodiscard]] bool is_on_its_thread() const { return owner_ == std::this_thread::get_id(); }

  /// The io_context is about to go.
  void close() {
    std::vector<Answer> dropped;
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
    dropped.swap(answers_);
  }

 private:
  std::mutex mutex_;
  asio::io_context* context_;
  std::vector<Answer> answers_;
  void (*const deliver_)(AnswerQueue&);
  std::thread::id owner_;
};

}  // namespace holdfast::server::detail
