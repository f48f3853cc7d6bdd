#include "sql/sqlite/write_batch.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "sql/sqlite/sqlite_error.hpp"

namespace holdfast::sql {
namespace {

/// A batch that was broken this often runs member by member, so that a full disk does not replay it for each
/// member anew.
constexpr int kBrokenTransactionsBeforeSingles = 2;

/// After a batch that had to be run again for want of savepoints.
constexpr int kCarefulBatches = 32;

constexpr std::string_view kDiskErrorCode = "58030";
constexpr std::string_view kMemoryErrorCode = "53200";

}  // namespace

Result<void> call_work(const Database::Work& work, Connection& connection) {
  try {
    return work(connection);
  } catch (const std::bad_alloc&) {
    return Error{.code = "53200", .message = "out of memory"};
  } catch (const std::exception& defect) {
    return Error{.code = "XX000", .message = "an exception left a closure", .details = defect.what()};
  }
}

std::vector<Result<Committed>> WriteBatch::run(std::span<WriteJob> jobs) {
  std::vector<Member> members;
  members.reserve(jobs.size());
  for (auto& job : jobs) members.push_back({.job = &job});

  std::vector<Member*> waiting;
  for (auto& member : members) waiting.push_back(&member);
  careful_ = state_.careful_batches > 0;
  if (careful_) --state_.careful_batches;
  for (int broken = 0; !waiting.empty(); ++broken) {
    const bool singly = broken >= kBrokenTransactionsBeforeSingles;
    const auto width = singly ? std::size_t{1} : waiting.size();
    for (std::size_t from = 0; from < waiting.size(); from += width)
      run_transaction(Members(waiting).subspan(from, width));
    std::erase_if(waiting, [](const Member* member) { return member->settled; });
  }

  std::vector<Result<Committed>> answers;
  answers.reserve(members.size());
  for (auto& member : members) answers.push_back(std::move(member.answer));
  return answers;
}

/// Settles every member, or the one that broke the transaction, or none where savepoints turn out to be
/// needed.
void WriteBatch::run_transaction(Members members) {
  if (state_.disk_failure) return answer_all(members, *state_.disk_failure);
  if (auto rest = connection_.roll_back_rest(); !rest) return answer_all(members, rest.error());
  if (auto begun = connection_.control(Control::begin_immediate); !begun)
    return answer_all(members, begun.error());
  // What runs for all members is not bound by the deadline of a member before them.
  connection_.leave_session();
  keeps_something_ = false;
  last_position_ = 0;
  spilled_before_ = connection_.spilled_pages();
  if (auto* capture = connection_.capture()) {
    capture->enable(true);
    if (auto followed = capture->follow_schema(connection_); !followed) {
      abandon();
      return answer_all(members, followed.error());
    }
  }
  if (run_members(members)) commit(members);
}

bool WriteBatch::run_members(Members members) {
  for (auto* member : members) {
    member->answer = run_member(*member->job);
    // A page that did not fit into the cache was written, which may begin with a sync of the log.
    const bool disk_failed = !member->answer.ok() && member->answer.error().poisons_connection;
    if (disk_failed) stop_writing(member->answer.error());
    const bool undone = !member->answer.ok() || member->job->rollback;
    if (undone && connection_.in_transaction() && connection_.spilled_pages() != spilled_before_) {
      left_something_ = left_savepoint_ = false;
      member->settled = true;
      abandon();
      return false;
    }
    if (std::exchange(left_something_, false) && !disk_failed) {
      careful_ = true;
      state_.careful_batches = kCarefulBatches;
      abandon();
      return false;
    }
    if (connection_.in_transaction() && !disk_failed && !std::exchange(left_savepoint_, false)) continue;
    if (member->answer.ok())
      member->answer = Error{.code = "25P02", .message = "the transaction was ended by an earlier error"};
    member->settled = true;
    abandon();
    return false;
  }
  return true;
}

Result<Committed> WriteBatch::run_member(WriteJob& job) {
  if (job.session.deadline.passed()) return deadline_error();
  connection_.enter_session(job.session);
  auto answer = careful_ || job.rollback ? run_in_savepoint(job) : run_bare(job);
  if (answer.ok() && !job.rollback) {
    keeps_something_ = true;
    last_position_ = std::max(last_position_, answer->position);
  }
  return answer;
}

Result<Committed> WriteBatch::run_bare(WriteJob& job) {
  const auto before = connection_.writes();
  auto answer = run_work(job);
  left_something_ = !answer.ok() && connection_.in_transaction() && connection_.writes() != before;
  return answer;
}

Result<Committed> WriteBatch::run_in_savepoint(WriteJob& job) {
  HF_CHECK(connection_.control(Control::savepoint));
  auto answer = run_work(job);
  if (!connection_.in_transaction()) return answer;
  if (auto closed = close_savepoint(answer.ok() && !job.rollback); !closed) {
    // The savepoint is neither kept nor undone, so the transaction must not be committed.
    left_savepoint_ = true;
    return closed.error();
  }
  return answer;
}

Result<Committed> WriteBatch::run_work(WriteJob& job) {
  auto answer = [&]() -> Result<Committed> {
    HF_CHECK(call_work(job.work, connection_));
    return finish_member(job);
  }();
  if (auto* capture = connection_.capture()) capture->forget_member();
  return answer;
}

Result<void> WriteBatch::close_savepoint(bool keep) {
  if (!keep) HF_CHECK(connection_.control(Control::rollback_to));
  return connection_.control(Control::release);
}

/// What would fail at COMMIT would fail for everyone, so it is refused here.
Result<Committed> WriteBatch::finish_member(const WriteJob& job) {
  if (!connection_.in_transaction())
    return Error{.code = "25P02", .message = "the transaction was ended by an earlier error"};
  if (connection_.has_deferred_violations())
    return Error{.code = "23503",
                 .message = "a foreign key constraint is violated",
                 .details = "A deferred foreign key points at a row that is not there."};
  auto* capture = connection_.capture();
  if (job.rollback || capture == nullptr) return Committed{};
  HF_TRY(const auto position, capture->before_release(connection_, connection_.session()));
  return Committed{.position = position};
}

void WriteBatch::commit(Members members) {
  const base::StopWatch watch;
  auto ended = connection_.control(keeps_something_ ? Control::commit : Control::rollback);
  if (keeps_something_) statistics_.commit_seconds.observe(watch.seconds());
  if (!ended) {
    auto& error = ended.error();
    if (error.code == kDiskErrorCode) {
      error.in_doubt = true;
      stop_writing(error);
    }
    // The commit may stand in the log already: then it counts if the process dies before the next one.
    if (error.code == kMemoryErrorCode) error.in_doubt = true;
    abandon();
    return answer_all(members, error);
  }
  for (auto* member : members) member->settled = true;
  auto* capture = connection_.capture();
  if (capture == nullptr) return;
  if (keeps_something_)
    capture->observer().after_commit(last_position_);
  else
    capture->observer().after_rollback();
}

void WriteBatch::stop_writing(const Error& error) {
  state_.disk_failure = Error{.code = error.code,
                              .message = "nothing is written any more: the disk failed at an earlier write",
                              .details = error.details,
                              .hint = "Check the disk, then start again; what was acknowledged is there."};
  connection_.leave_log_as_it_is();
}

void WriteBatch::abandon() {
  // For want of memory it may fail: then the next transaction does it before it begins.
  [[maybe_unused]] const auto ended = connection_.roll_back_rest();
  if (auto* capture = connection_.capture()) {
    capture->forget_member();
    capture->observer().after_rollback();
  }
}

void WriteBatch::answer_all(Members members, const Error& error) {
  for (auto* member : members) {
    member->answer = error;
    member->settled = true;
  }
}

}  // namespace holdfast::sql
