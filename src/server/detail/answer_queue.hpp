#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "server/detail/asio.hpp"
#include "server/http.hpp"

namespace holdfast::server::detail {

class Connection;

/// By which a body's source asks for its connection. Shared by the connection and whoever may ring.
struct Bell {
  explicit Bell(std::weak_ptr<Connection> of) : connection(std::move(of)) {}

  std::weak_ptr<Connection> connection;
  std::atomic<bool> rung = false;  ///< on its way: ringing again adds nothing
};

/// What other threads have for the connections of one: answers, and rung bells. A group commit answers its
/// members one after another, and wakes every follower; they cross together, with one wake-up. Outlives the
/// io_context: shared by its thread, by every answer that is awaited and by every source.
class AnswerQueue {
 public:
  using Answer = std::pair<std::weak_ptr<Connection>, HttpResponse>;
  struct Arrivals {
    std::vector<Answer> answers;
    std::vector<std::shared_ptr<Bell>> bells;

    [[nodiscard]] bool empty() const { return answers.empty() && bells.empty(); }
  };

  AnswerQueue(asio::io_context& context, void (*deliver)(AnswerQueue&))
      : context_(&context), deliver_(deliver) {}

  /// Any thread. Dropped when the thread has ended.
  static void push(const std::shared_ptr<AnswerQueue>& queue, std::weak_ptr<Connection> to,
                   HttpResponse response) {
    const base::MutexLock lock(queue->mutex_);
    if (queue->context_ == nullptr) return;
    wake(queue);
    queue->arrivals_.answers.emplace_back(std::move(to), std::move(response));
  }

  /// Any thread.
  static void ring(const std::shared_ptr<AnswerQueue>& queue, const std::shared_ptr<Bell>& bell) {
    if (bell->rung.exchange(true)) return;
    const base::MutexLock lock(queue->mutex_);
    if (queue->context_ == nullptr) return;
    wake(queue);
    queue->arrivals_.bells.push_back(bell);
  }

  [[nodiscard]] Arrivals take() {
    const base::MutexLock lock(mutex_);
    return std::exchange(arrivals_, {});
  }

  void bind_to_this_thread() { owner_ = std::this_thread::get_id(); }
  [[nodiscard]] bool is_on_its_thread() const { return owner_ == std::this_thread::get_id(); }

  /// The io_context is about to go.
  void close() {
    Arrivals dropped;
    const base::MutexLock lock(mutex_);
    context_ = nullptr;
    dropped = std::exchange(arrivals_, {});
  }

 private:
  static void wake(const std::shared_ptr<AnswerQueue>& queue) HF_REQUIRES(queue->mutex_) {
    if (queue->arrivals_.empty()) asio::post(*queue->context_, [queue] { queue->deliver_(*queue); });
  }

  base::Mutex mutex_;
  asio::io_context* context_ HF_GUARDED_BY(mutex_);
  Arrivals arrivals_ HF_GUARDED_BY(mutex_);
  void (*const deliver_)(AnswerQueue&);
  std::thread::id owner_;
};

}  // namespace holdfast::server::detail
