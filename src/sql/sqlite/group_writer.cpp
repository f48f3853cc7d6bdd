#include "sql/sqlite/group_writer.hpp"

#include "base/log.hpp"
#include "sql/sqlite/sqlite_error.hpp"
#include "sql/sqlite/write_batch.hpp"

namespace holdfast::sql {
namespace {

/// While callers wait, a checkpoint is due only beyond so many times its usual size: pages that they change
/// again are then copied once.
constexpr int kBusyTimesCheckpointPages = 2;
/// Beyond this, readers that always overlap keep the log from starting anew: wait for them a little.
constexpr int kRestartTimesCheckpointPages = 4;
constexpr int kRestartWaitMs = 100;
constexpr int kUsualBusyTimeoutMs = 5000;

Error stopping_error() { return {.code = "HF005", .message = "the database is closing"}; }

}  // namespace

GroupWriter::GroupWriter(const SqliteOptions& options, std::unique_ptr<SqliteConnection> connection,
                         const std::atomic<std::uint64_t>& generation, Statistics& statistics)
    : options_(options),
      connection_(std::move(connection)),
      generation_(generation),
      statistics_(statistics) {
  thread_ = std::thread([this] { work_through_queue(); });
}

GroupWriter::~GroupWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

bool GroupWriter::enqueue(QueuedJob& job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    queue_.push_back(std::move(job));
  }
  wakes_.notify_one();
  return true;
}

void GroupWriter::submit(WriteJob job) {
  QueuedJob queued(std::move(job));
  if (!enqueue(queued)) refuse(queued);
}

Result<void> GroupWriter::run_alone(const Database::Work& work) {
  if (std::this_thread::get_id() == thread_.get_id())
    return Error{.code = "XX000", .message = "exclusive() was called on the writer's own thread"};
  ExclusiveJob job{.work = &work, .outcome = {}};
  auto outcome = job.outcome.get_future();
  QueuedJob queued(std::move(job));
  if (!enqueue(queued)) refuse(queued);
  return outcome.get();
}

void GroupWriter::work_through_queue() {
  while (true) {
    auto batch = take_batch();
    if (batch.empty()) break;
    if (auto* alone = std::get_if<ExclusiveJob>(&batch.front()))
      run_exclusive(*alone);
    else
      run_batch(std::move(batch));
    checkpoint_when_due();
  }
  refuse_the_rest();
}

std::vector<GroupWriter::QueuedJob> GroupWriter::take_batch() {
  std::unique_lock lock(mutex_);
  wakes_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  std::vector<QueuedJob> batch;
  if (stopping_) return batch;
  const auto most = options_.batching ? options_.max_batch : 1;
  while (!queue_.empty() && batch.size() < most) {
    const bool alone = std::holds_alternative<ExclusiveJob>(queue_.front());
    if (alone && !batch.empty()) break;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (alone) break;
  }
  return batch;
}

void GroupWriter::run_batch(std::vector<QueuedJob> batch) {
  std::vector<WriteJob> jobs;
  jobs.reserve(batch.size());
  for (auto& queued : batch) jobs.push_back(std::move(std::get<WriteJob>(queued)));

  const base::StopWatch watch;
  std::vector<Result<Committed>> answers;
  if (auto refreshed = connection_->refresh(generation_); !refreshed)
    answers.assign(jobs.size(), refreshed.error());
  else
    answers = WriteBatch(*connection_, state_, statistics_).run(jobs);
  statistics_.batch_members.observe(static_cast<double>(jobs.size()));
  statistics_.batch_seconds.observe(watch.seconds());
  statistics_.wal_pages.store(connection_->wal_pages(), std::memory_order_relaxed);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (jobs[i].done) jobs[i].done(std::move(answers[i]));
}

void GroupWriter::run_exclusive(ExclusiveJob& job) { job.outcome.set_value(run_unbatched(*job.work)); }

Result<void> GroupWriter::run_unbatched(const Database::Work& work) {
  if (state_.disk_failure) return *state_.disk_failure;
  HF_CHECK(connection_->roll_back_rest());
  HF_CHECK(connection_->refresh(generation_));
  if (auto* capture = connection_->capture()) capture->enable(false);
  connection_->enter_session(Session{.principal = base::Principal::system(), .request_id = {}});
  Result<void> outcome;
  {
    const SqliteConnection::FreeTransactions freed(*connection_);
    outcome = call_work(work, *connection_);
  }
  // Not by a pragma, which needs memory.
  sqlite3_db_config(connection_->handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  if (connection_->in_transaction()) {
    if (auto rest = connection_->roll_back_rest(); outcome.ok() && !rest) outcome = rest.error();
    if (outcome.ok()) outcome = Error{.code = "XX000", .message = "exclusive work left a transaction open"};
  }
  if (!outcome.ok() && outcome.error().poisons_connection)
    stop_writing("a migration could not be made durable", outcome.error());
  return outcome;
}

void GroupWriter::stop_writing(std::string_view why, const Error& failure) {
  state_.disk_failure = failure;
  connection_->leave_log_as_it_is();
  base::log_error("nothing is written any more", {{"reason", why}, {"error", failure.to_string()}});
}

/// After the answers, so that nobody waits for it. A failed fsync of the database file is as final as one of
/// the log: the kernel may have dropped the pages.
void GroupWriter::checkpoint_when_due() {
  const int pages = connection_->wal_pages();
  const int usual = options_.checkpoint_pages;
  if (state_.disk_failure || pages < (has_callers() ? kBusyTimesCheckpointPages * usual : usual)) return;
  const bool restart = pages >= kRestartTimesCheckpointPages * usual;
  if (restart) sqlite3_busy_timeout(connection_->handle(), kRestartWaitMs);
  const int outcome = sqlite3_wal_checkpoint_v2(
      connection_->handle(), "main", restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr,
      nullptr);
  if (restart) sqlite3_busy_timeout(connection_->handle(), kUsualBusyTimeoutMs);
  if ((outcome & 0xff) != SQLITE_IOERR) return;
  stop_writing("a checkpoint failed", last_error(connection_->handle()));
}

bool GroupWriter::has_callers() {
  const std::lock_guard lock(mutex_);
  return !queue_.empty();
}

void GroupWriter::refuse_the_rest() {
  std::deque<QueuedJob> rest;
  {
    const std::lock_guard lock(mutex_);
    rest.swap(queue_);
  }
  for (auto& queued : rest) refuse(queued);
}

void GroupWriter::refuse(QueuedJob& queued) {
  if (auto* alone = std::get_if<ExclusiveJob>(&queued))
    alone->outcome.set_value(stopping_error());
  else if (auto& job = std::get<WriteJob>(queued); job.done)
    job.done(stopping_error());
}

}  // namespace holdfast::sql
