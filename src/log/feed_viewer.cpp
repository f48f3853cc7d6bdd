#include "log/feed_viewer.hpp"

#include <algorithm>
#include <chrono>

namespace holdfast::log {
namespace {

constexpr std::size_t kChunkBytes = 16U << 10U;
constexpr std::size_t kMostChunksKept = 2;
/// Of all viewers together.
constexpr std::size_t kMostBytesKept = 16U << 20U;
constexpr std::size_t kMostCommitsOfTail = 256;
/// What a stream that is far behind reads at a time: little, because it does so on a thread that serves
/// others.
constexpr ScanLimits kBehind{.changes = 32, .scanned = 500};
constexpr std::chrono::seconds kLongestRead{5};

}  // namespace

FeedViewer::FeedViewer(ChangeFeed& feed, std::string key, base::Principal principal, ChangeFilter filter)
    : feed_(feed), key_(std::move(key)), principal_(std::move(principal)), filter_(std::move(filter)) {}

FeedViewer::~FeedViewer() {
  const base::MutexLock lock(mutex_);
  while (!recent_.empty()) drop_oldest();
}

bool FeedViewer::follows(const std::vector<std::string>& tables) const {
  return filter_.tables.empty() || std::ranges::find_first_of(filter_.tables, tables) != filter_.tables.end();
}

Result<void> FeedViewer::render(std::string& out, EventCursor& from, LoggedCommitPtr& partial) {
  const base::MutexLock lock(mutex_);
  follow_catalogue();
  const auto known = std::ranges::find(recent_, from, &Chunk::from);
  if (known != recent_.end()) {
    out += known->text;
    from = known->to;
    partial = known->partial;
    return {};
  }
  Chunk chunk{.from = from, .to = from, .text = {}, .partial = nullptr};
  const sql::Session session{
      .principal = principal_, .request_id = {}, .deadline = base::Deadline::after(kLongestRead)};
  const auto work = [&](sql::Connection& connection) HF_NO_THREAD_ANALYSIS -> Result<void> {
    HF_TRY(const auto commits, commits_after(connection, from, partial));
    return write(connection, commits, chunk);
  };
  HF_CHECK(feed_.database_.read(session, work));
  out += chunk.text;
  from = chunk.to;
  partial = chunk.partial;
  keep(std::move(chunk));
  return {};
}

void FeedViewer::follow_catalogue() {
  auto now = feed_.catalogue_();
  if (now == catalogue_) return;
  view_.reset();
  while (!recent_.empty()) drop_oldest();
  catalogue_ = std::move(now);
  view_.emplace(*catalogue_, principal_.role);
}

Result<std::vector<LoggedCommitPtr>> FeedViewer::commits_after(sql::Connection& connection,
                                                               const EventCursor& from,
                                                               const LoggedCommitPtr& partial) const {
  if (from.sequence > 0 && partial && partial->commit.position == from.position + 1)
    return std::vector{partial};
  if (auto recent = feed_.tail_.after(from.position, kMostCommitsOfTail)) return *std::move(recent);
  HF_TRY(auto scan, scan_log(connection, from.position, kBehind, filter_));
  return by_commit(std::move(scan));
}

Result<void> FeedViewer::write(sql::Connection& connection, const std::vector<LoggedCommitPtr>& commits,
                               Chunk& chunk) {
  for (const auto& logged : commits) {
    for (const auto& change : logged->changes) {
      if (change.sequence < chunk.to.sequence) continue;
      if (chunk.text.size() >= kChunkBytes) {
        if (chunk.to.sequence > 0) chunk.partial = logged;
        return {};
      }
      HF_CHECK(write_change(connection, logged->commit, change, chunk));
      chunk.to.sequence = change.sequence + 1;
    }
    if (chunk.to.open) chunk.text += "data: ]}\n\n";
    chunk.to = {.position = logged->commit.position};
  }
  return {};
}

Result<void> FeedViewer::write_change(sql::Connection& connection, const Commit& commit, const Change& change,
                                      Chunk& chunk) {
  const auto& tables = filter_.tables;
  if (!tables.empty() && std::ranges::find(tables, change.table) == tables.end()) return {};
  object_.clear();
  HF_TRY(const bool shown, view_->append(object_, connection, commit, change));
  if (!shown) return {};
  // A line break in JSON stands between tokens, where a space does as well; here it would end the field.
  std::ranges::replace_if(
      object_, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  if (!chunk.to.open) {
    const auto position = std::to_string(change.position);
    chunk.text.append("id: ").append(position).append("\ndata: {\"position\":").append(position);
    chunk.text.append(",\"changes\":[\ndata: ");
  } else {
    chunk.text += "data: ,";
  }
  chunk.to.open = true;
  chunk.text.append(object_).append("\n");
  return {};
}

void FeedViewer::keep(Chunk chunk) {
  if (streams < 2 || chunk.from == chunk.to || feed_.kept_bytes_ + chunk.text.size() > kMostBytesKept) return;
  if (recent_.size() >= kMostChunksKept) drop_oldest();
  feed_.kept_bytes_ += chunk.text.size();
  recent_.push_back(std::move(chunk));
}

void FeedViewer::drop_oldest() {
  feed_.kept_bytes_ -= recent_.front().text.size();
  recent_.pop_front();
}

}  // namespace holdfast::log
