#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "holdfast/store.hpp"
#include "library/commit_signal.hpp"

namespace holdfast::v0::detail {

/// A follower's thread. The store keeps it until it has been joined, by its handle or by the store.
class FollowerInside {
 public:
  using OnPage = std::function<Result<void>(const ChangePage&)>;

  FollowerInside(StoreInside& store, std::shared_ptr<library::CommitSignal> signal, const Principal& as,
                 ChangeQuery query, OnPage on_page);
  FollowerInside(const FollowerInside&) = delete;
  FollowerInside& operator=(const FollowerInside&) = delete;

  void start();
  /// Ends the thread and, unless it is this one, waits for its end.
  void stop();
  /// Waits for the end of a thread that a closed store ends.
  void join();
  [[nodiscard]] Position position() const { return position_.load(); }
  [[nodiscard]] bool running() const { return running_.load(); }
  [[nodiscard]] base::Result<void> outcome();
  [[nodiscard]] static Follower handle(std::shared_ptr<FollowerInside> inside) {
    return Follower(std::move(inside));
  }

  /// This thread follows `store`.
  [[nodiscard]] static bool on_this_thread(const StoreInside& store);

 private:
  void follow();
  base::Result<void> follow_until_stopped();

  StoreInside& store_;  // while the thread runs
  const std::shared_ptr<library::CommitSignal>
      signal_;  // shared with the store, which may go before the handle
  const Principal as_;
  ChangeQuery query_;
  const OnPage on_page_;
  std::atomic<Position> position_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> running_ = true;
  base::Mutex mutex_;
  std::optional<base::Error> failure_ HF_GUARDED_BY(mutex_);
  base::Mutex join_mutex_;
  std::thread thread_ HF_GUARDED_BY(join_mutex_);
  std::atomic<std::thread::id> id_{};
};

}  // namespace holdfast::v0::detail
