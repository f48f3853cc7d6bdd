#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "log/change_feed.hpp"
#include "log/change_view.hpp"

namespace holdfast::log {

/// What streams of one caller with one filter share: compiled policies, and the text written last, so that
/// of many streams at the same place one writes and the others copy. Any thread.
class FeedViewer {
 public:
  FeedViewer(ChangeFeed& feed, std::string key, base::Principal principal, ChangeFilter filter);
  ~FeedViewer();
  FeedViewer(const FeedViewer&) = delete;
  FeedViewer& operator=(const FeedViewer&) = delete;

  /// Appends the events that follow `from` and moves it on. `partial` holds the commit that it then stands
  /// amid.
  Result<void> render(std::string& out, EventCursor& from, LoggedCommitPtr& partial);
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] bool follows(const std::vector<std::string>& tables) const;

  std::atomic<int> streams = 0;

 private:
  struct Chunk {
    EventCursor from;
    EventCursor to;
    std::string text;
    LoggedCommitPtr partial;
  };

  void follow_catalogue() HF_REQUIRES(mutex_);
  Result<std::vector<LoggedCommitPtr>> commits_after(sql::Connection& connection, const EventCursor& from,
                                                     const LoggedCommitPtr& partial) const;
  Result<void> write(sql::Connection& connection, const std::vector<LoggedCommitPtr>& commits, Chunk& chunk)
      HF_REQUIRES(mutex_);
  Result<void> write_change(sql::Connection& connection, const Commit& commit, const Change& change,
                            Chunk& chunk) HF_REQUIRES(mutex_);
  void keep(Chunk chunk) HF_REQUIRES(mutex_);
  void drop_oldest() HF_REQUIRES(mutex_);

  ChangeFeed& feed_;
  const std::string key_;
  const base::Principal principal_;
  const ChangeFilter filter_;

  base::Mutex mutex_;
  std::shared_ptr<const schema::Catalogue> catalogue_ HF_GUARDED_BY(mutex_);
  std::optional<ChangeView> view_ HF_GUARDED_BY(mutex_);
  std::deque<Chunk> recent_ HF_GUARDED_BY(mutex_);
  std::string object_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::log
