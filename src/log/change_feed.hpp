#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "log/change_log.hpp"
#include "log/log_tail.hpp"

namespace holdfast::log {

class FeedViewer;

/// Where a stream of commits stands: those up to `position` have been given whole, and of the next one the
/// changes before `sequence`.
struct EventCursor {
  Position position = 0;
  int sequence = 0;
  bool open = false;  ///< the next commit's event has begun and not ended
  bool operator==(const EventCursor&) const = default;
};

/// One reader's way through the log, as server-sent events: one event a commit, whose id is the position and
/// whose data is a page of `GET /changes/v1` with that commit alone. Commits of which the reader may see
/// nothing have no event. One thread at a time; the feed must outlive it.
class ChangeStream {
 public:
  enum class Step { more, caught_up };

  ~ChangeStream();
  ChangeStream(const ChangeStream&) = delete;
  ChangeStream& operator=(const ChangeStream&) = delete;

  /// Appends about 16 KiB of events at most, or one change where that is larger. `more`: there may be more
  /// at once; `caught_up`: when wake() was called. Errors: HF013 where the log was trimmed, and what the
  /// database says; then nothing was appended.
  Result<Step> next(std::string& out);
  /// `wake` is called on the feed's thread until this is destroyed or another replaces it; it must be cheap.
  void on_news(std::function<void()> wake);
  /// Every commit up to here has been given whole.
  [[nodiscard]] Position position() const { return cursor_.position; }
  /// The event of the next commit has begun and not ended.
  [[nodiscard]] bool amid_event() const { return cursor_.open; }

 private:
  friend class ChangeFeed;
  ChangeStream(class ChangeFeed& feed, std::shared_ptr<FeedViewer> viewer, Position since);

  ChangeFeed& feed_;
  std::shared_ptr<FeedViewer> viewer_;  ///< shared by the streams that see the same
  EventCursor cursor_;
  LoggedCommitPtr partial_;
};

/// The log's news for many streams. What was committed is read and decoded once, on the feed's own thread,
/// and streams of the same caller with the same tables share the text too; then those that wait are woken, at
/// most every few milliseconds, and less often the more there are, so that streams cannot crowd out requests.
class ChangeFeed {
 public:
  using CatalogueNow = std::function<std::shared_ptr<const schema::Catalogue>()>;

  /// All must outlive it.
  ChangeFeed(sql::Database& database, const ChangeLog& log, CatalogueNow catalogue, std::size_t most_streams);
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  /// A stream of what follows `since` as `principal` may see it. 53300 when there are as many as may be. Any
  /// thread.
  Result<std::unique_ptr<ChangeStream>> open(const base::Principal& principal, ChangeFilter filter,
                                             Position since);
  [[nodiscard]] std::size_t streams() const { return count_.load(std::memory_order_relaxed); }
  /// The newest durable position.
  [[nodiscard]] Position newest() const { return newest_.load(std::memory_order_acquire); }

 private:
  friend class ChangeStream;
  friend class FeedViewer;

  struct Waiter {
    std::function<void()> wake;
    const FeedViewer* viewer = nullptr;
  };

  void run();
  /// False: the end.
  bool await_news();
  /// Lets those who were woken work, and requests between them.
  void pause();
  /// Reads what is new into the tail; the tables that it touches.
  std::vector<std::string> read_news();
  void wake_those_who_follow(const std::vector<std::string>& tables);
  void tell(Position position);
  void forget(const ChangeStream* stream);
  std::shared_ptr<FeedViewer> viewer_of(const base::Principal& principal, ChangeFilter filter)
      HF_REQUIRES(streams_mutex_);

  sql::Database& database_;
  CatalogueNow catalogue_;
  const std::size_t most_streams_;
  LogTail tail_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<Position> newest_ = 0;
  /// Text that viewers keep for others to read.
  std::atomic<std::size_t> kept_bytes_ = 0;

  base::Mutex streams_mutex_;
  std::map<const ChangeStream*, Waiter> waiters_ HF_GUARDED_BY(streams_mutex_);
  std::map<std::string, std::weak_ptr<FeedViewer>> viewers_ HF_GUARDED_BY(streams_mutex_);

  base::Mutex news_mutex_;
  base::ConditionVariable news_;
  base::ConditionVariable ends_;
  Position told_ HF_GUARDED_BY(news_mutex_) = 0;
  bool stopping_ HF_GUARDED_BY(news_mutex_) = false;
  std::unique_ptr<Subscription> subscription_;
  std::thread thread_;
};

}  // namespace holdfast::log
