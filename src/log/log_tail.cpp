#include "log/log_tail.hpp"

#include <algorithm>
#include <iterator>

namespace holdfast::log {
namespace {

std::size_t bytes_of(const LoggedCommit& logged) {
  std::size_t bytes = sizeof(LoggedCommit);
  for (const auto& change : logged.changes) {
    bytes += sizeof(Change);
    for (const auto& field : change.fields)
      bytes += sizeof(Change::Field) + field.before.bytes.capacity() + field.after.bytes.capacity();
  }
  return bytes;
}

}  // namespace

std::vector<LoggedCommitPtr> by_commit(LogScan scan) {
  std::vector<LoggedCommitPtr> commits;
  commits.reserve(scan.commits.size());
  auto change = scan.changes.begin();
  for (auto& commit : scan.commits) {
    auto logged = std::make_shared<LoggedCommit>();
    const auto end = std::find_if(change, scan.changes.end(), [&](const Change& candidate) {
      return candidate.position != commit.position;
    });
    logged->commit = std::move(commit);
    logged->changes.assign(std::make_move_iterator(change), std::make_move_iterator(end));
    change = end;
    commits.push_back(std::move(logged));
  }
  return commits;
}

void LogTail::restart(Position position) {
  const base::MutexLock lock(mutex_);
  commits_.clear();
  bytes_ = 0;
  begin_ = end_ = position;
}

void LogTail::append(std::vector<LoggedCommitPtr> commits) {
  const base::MutexLock lock(mutex_);
  for (auto& commit : commits) {
    // A restart may have overtaken the scan that these come from.
    if (commit->commit.position != end_ + 1) continue;
    ++end_;
    const auto bytes = bytes_of(*commit);
    bytes_ += bytes;
    commits_.push_back({std::move(commit), bytes});
  }
  while (bytes_ > kTailBytes && commits_.size() > 1) {
    begin_ = commits_.front().commit->commit.position;
    bytes_ -= commits_.front().bytes;
    commits_.pop_front();
  }
}

Position LogTail::end() const {
  const base::MutexLock lock(mutex_);
  return end_;
}

std::optional<std::vector<LoggedCommitPtr>> LogTail::after(Position position, std::size_t most) const {
  const base::MutexLock lock(mutex_);
  if (position < begin_) return std::nullopt;
  std::vector<LoggedCommitPtr> found;
  // Positions have no gaps.
  const auto skipped = static_cast<std::size_t>(position - begin_);
  for (std::size_t i = skipped; i < commits_.size() && found.size() < most; ++i)
    found.push_back(commits_[i].commit);
  return found;
}

}  // namespace holdfast::log
