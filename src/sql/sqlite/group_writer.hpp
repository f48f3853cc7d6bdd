#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/sqlite/write_batch.hpp"
#include "sql/statistics.hpp"

namespace holdfast::sql {

/// Owns the write connection and the thread that alone uses it. Writes queue; the thread commits together
/// what has queued while it was busy, so that one fsync serves many and nobody waits on purpose.
class GroupWriter {
 public:
  /// `options`, `generation` and `statistics` must outlive it.
  GroupWriter(const SqliteOptions& options, std::unique_ptr<SqliteConnection> connection,
              const std::atomic<std::uint64_t>& generation, Statistics& statistics);
  /// Answers what is queued with HF005 and joins.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  void submit(WriteJob job);
  Result<void> run_alone(const Database::Work& work);

 private:
  /// Somebody waits for it in run_alone().
  struct ExclusiveJob {
    const Database::Work* work = nullptr;
    std::promise<Result<void>> outcome;
  };
  using QueuedJob = std::variant<WriteJob, ExclusiveJob>;

  /// False, and `job` as it was, once the destructor has begun.
  bool enqueue(QueuedJob& job);
  void work_through_queue();
  /// What stands at the head of the queue and may run together; empty: stop.
  std::vector<QueuedJob> take_batch();
  void run_batch(std::vector<QueuedJob> batch);
  void run_exclusive(ExclusiveJob& job);
  Result<void> run_unbatched(const Database::Work& work);
  void checkpoint_when_due();
  /// Reads go on.
  void stop_writing(std::string_view why, const Error& failure);
  [[nodiscard]] bool has_callers();
  void refuse_the_rest();
  static void refuse(QueuedJob& queued);

  const SqliteOptions& options_;
  std::unique_ptr<SqliteConnection> connection_;
  const std::atomic<std::uint64_t>& generation_;
  Statistics& statistics_;
  /// The writer's thread only.
  WriterState state_;

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<QueuedJob> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast::sql
