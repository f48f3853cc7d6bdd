#include "log/change_feed.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/log.hpp"
#include "log/feed_viewer.hpp"

namespace holdfast::log {
namespace {

/// Between two rounds of wake-ups; for each stream a little more.
constexpr std::chrono::microseconds kPause{2000};
constexpr std::chrono::microseconds kPauseForEach{10};
constexpr ScanLimits kNews{.changes = 2000, .scanned = 2000};

std::string key_of(const base::Principal& principal, const ChangeFilter& filter) {
  std::string key = principal.role + '\0' + principal.claims_json;
  for (const auto& table : filter.tables) (key += '\0') += table;
  return key;
}

}  // namespace

ChangeStream::ChangeStream(ChangeFeed& feed, std::shared_ptr<FeedViewer> viewer, Position since)
    : feed_(feed), viewer_(std::move(viewer)), cursor_{.position = since} {
  ++viewer_->streams;
}

ChangeStream::~ChangeStream() { feed_.forget(this); }

void ChangeStream::on_news(std::function<void()> wake) {
  const base::MutexLock lock(feed_.streams_mutex_);
  feed_.waiters_[this] = {.wake = std::move(wake), .viewer = viewer_.get()};
}

Result<ChangeStream::Step> ChangeStream::next(std::string& out) {
  if (cursor_.position >= feed_.newest()) return Step::caught_up;
  const auto before = cursor_;
  HF_CHECK(viewer_->render(out, cursor_, partial_));
  const bool moved = cursor_ != before;
  return moved && cursor_.position < feed_.newest() ? Step::more : Step::caught_up;
}

ChangeFeed::ChangeFeed(sql::Database& database, const ChangeLog& log, CatalogueNow catalogue,
                       std::size_t most_streams)
    : database_(database), catalogue_(std::move(catalogue)), most_streams_(most_streams) {
  subscription_ = log.subscribe([this](Position position) { tell(position); });
  tell(log.durable_position());
  thread_ = std::thread([this] { run(); });
}

ChangeFeed::~ChangeFeed() {
  subscription_.reset();
  {
    const base::MutexLock lock(news_mutex_);
    stopping_ = true;
  }
  news_.notify_all();
  ends_.notify_all();
  thread_.join();
}

Result<std::unique_ptr<ChangeStream>> ChangeFeed::open(const base::Principal& principal, ChangeFilter filter,
                                                       Position since) {
  std::ranges::sort(filter.tables);
  const base::MutexLock lock(streams_mutex_);
  if (count_ >= most_streams_)
    return Error{.code = "53300",
                 .message = "Too many event streams",
                 .details = "As many are open as the setting max_streams allows.",
                 .hint = "Try again later, or read pages."};
  {
    const base::MutexLock news(news_mutex_);
    // While nobody listened, nothing was read.
    if (count_ == 0) tail_.restart(newest());
    ++count_;
  }
  news_.notify_one();
  return std::unique_ptr<ChangeStream>(
      new ChangeStream(*this, viewer_of(principal, std::move(filter)), since));
}

std::shared_ptr<FeedViewer> ChangeFeed::viewer_of(const base::Principal& principal, ChangeFilter filter) {
  auto key = key_of(principal, filter);
  auto& known = viewers_[key];
  auto viewer = known.lock();
  if (!viewer) {
    viewer = std::make_shared<FeedViewer>(*this, std::move(key), principal, std::move(filter));
    known = viewer;
  }
  return viewer;
}

void ChangeFeed::forget(const ChangeStream* stream) {
  const base::MutexLock lock(streams_mutex_);
  waiters_.erase(stream);
  --count_;
  if (--stream->viewer_->streams == 0) viewers_.erase(stream->viewer_->key());
}

/// On the writer's thread, so it is short, and silent when nobody listens.
void ChangeFeed::tell(Position position) {
  {
    const base::MutexLock lock(news_mutex_);
    if (position <= newest_) return;
    newest_.store(position, std::memory_order_release);
  }
  if (count_ > 0) news_.notify_one();
}

void ChangeFeed::run() {
  while (await_news()) {
    wake_those_who_follow(read_news());
    pause();
  }
}

bool ChangeFeed::await_news() {
  base::MutexLock lock(news_mutex_);
  while (!stopping_ && (newest_ <= told_ || count_ == 0)) news_.wait(lock);
  return !stopping_;
}

void ChangeFeed::pause() {
  base::MutexLock lock(news_mutex_);
  told_ = tail_.end();
  const auto until = base::Deadline::after(kPause + kPauseForEach * static_cast<std::int64_t>(count_));
  while (!stopping_ && ends_.wait_until(lock, until)) {
  }
}

std::vector<std::string> ChangeFeed::read_news() {
  std::set<std::string> tables;
  const sql::Session session{.principal = base::Principal::system(), .request_id = {}};
  bool more = true;
  while (more) {
    LogScan scan;
    const auto read = database_.read(session, [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(scan, scan_log(connection, tail_.end(), kNews, {}));
      return {};
    });
    if (!read.ok()) {
      base::log_warning("the tail of the log cannot be read", {{"error", read.error().to_string()}});
      tail_.restart(newest());
      return {};
    }
    more = scan.more;
    for (const auto& change : scan.changes) tables.insert(change.table);
    tail_.append(by_commit(std::move(scan)));
  }
  return {tables.begin(), tables.end()};
}

/// Without tables nothing is known of the news, and all are woken.
void ChangeFeed::wake_those_who_follow(const std::vector<std::string>& tables) {
  const base::MutexLock lock(streams_mutex_);
  for (const auto& [stream, waiter] : waiters_)
    if (tables.empty() || waiter.viewer->follows(tables)) waiter.wake();
}

}  // namespace holdfast::log
