#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sql/database.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/statistics.hpp"

namespace holdfast::sql {

/// Runs the members of a group commit, each in a savepoint, and commits them once.
///
/// An error of one member rolls its savepoint back and leaves the others alone. Some errors (a full disk, no
/// memory) make SQLite roll back the whole transaction: then the member that met it is answered with it, and
/// all others run again. When COMMIT itself fails to reach the disk nobody knows what stands there: the
/// members are answered "in doubt", and nothing is written any more, because a second fsync may report
/// success for pages that the first one lost.
class WriteBatch {
 public:
  WriteBatch(SqliteConnection& connection, std::optional<Error>& disk_failure, Statistics& statistics)
      : connection_(connection), disk_failure_(disk_failure), statistics_(statistics) {}

  /// One answer for each job, in order. Durable when it returns.
  [[nodiscard]] std::vector<Result<Committed>> run(std::span<WriteJob> jobs);

 private:
  struct Member {
    WriteJob* job = nullptr;
    Result<Committed> answer = Committed{};
    /// Answered for good: it ended a transaction, and does not run again.
    bool settled = false;
  };
  using Members = std::span<Member*>;

  void run_transaction(Members members);
  /// False when a member made SQLite end the transaction.
  bool run_members(Members members);
  Result<Committed> run_member(WriteJob& job);
  Result<Committed> finish_member(const WriteJob& job);
  Result<void> close_savepoint(bool keep);
  void commit(Members members);
  void stop_writing(const Error& error);
  void abandon();
  static void answer_all(Members members, const Error& error);

  SqliteConnection& connection_;
  std::optional<Error>& disk_failure_;
  Statistics& statistics_;
  bool keeps_something_ = false;
  /// A savepoint could be neither released nor rolled back.
  bool left_savepoint_ = false;
  Position last_position_ = 0;
};

/// Runs a closure of another room: what it throws is a defect, and becomes XX000 instead of the end of the
/// process.
[[nodiscard]] Result<void> call_work(const Database::Work& work, Connection& connection);

}  // namespace holdfast::sql
