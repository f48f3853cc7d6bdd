#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sql/database.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/statistics.hpp"

namespace holdfast::sql {

/// What the writer remembers from one batch to the next.
struct WriterState {
  /// Set once the disk has failed: nothing is written any more.
  std::optional<Error> disk_failure{};
  /// So many batches more are run with a savepoint for each member.
  int careful_batches = 0;
};

/// Runs the members of a group commit and commits them once.
///
/// A savepoint copies every page that a member is the first to change, which costs more than most writes, so
/// a batch is first run without them: a member whose only writing statement failed has left nothing behind. A
/// member that failed after it had written something has: then the transaction is rolled back and run again
/// with a savepoint for each member, as are some batches after it, because clients repeat what they do.
///
/// Some errors (a full disk, no memory) make SQLite roll back the whole transaction: then the member that met
/// it is answered with it, and all others run again. When COMMIT itself fails to reach the disk nobody knows
/// what stands there: the members are answered "in doubt", and nothing is written any more, because a second
/// fsync may report success for pages that the first one lost.
class WriteBatch {
 public:
  WriteBatch(SqliteConnection& connection, WriterState& state, Statistics& statistics)
      : connection_(connection), state_(state), statistics_(statistics) {}

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

  /// Who is not settled afterwards runs again.
  void run_transaction(Members members);
  /// False where the transaction did not last: a member made SQLite end it, or left something of a failure
  /// in it.
  bool run_members(Members members);
  Result<Committed> run_member(WriteJob& job);
  Result<Committed> run_bare(WriteJob& job);
  Result<Committed> run_in_savepoint(WriteJob& job);
  Result<Committed> run_work(WriteJob& job);
  Result<Committed> finish_member(const WriteJob& job);
  Result<void> close_savepoint(bool keep);
  void commit(Members members);
  void stop_writing(const Error& error);
  void abandon();
  static void answer_all(Members members, const Error& error);

  SqliteConnection& connection_;
  WriterState& state_;
  Statistics& statistics_;
  bool careful_ = false;
  bool keeps_something_ = false;
  /// A savepoint could be neither released nor rolled back.
  bool left_savepoint_ = false;
  /// A member without a savepoint failed and left something behind.
  bool left_something_ = false;
  Position last_position_ = 0;
  /// Where pages of this transaction are in the log already, nothing of it is undone but all of it:
  /// SQLite 3.40 then writes frames that no recovery accepts, and the commit would be gone after a crash.
  int spilled_before_ = 0;
};

/// Runs a closure of another room: what it throws is a defect, and becomes XX000 instead of the end of the
/// process.
[[nodiscard]] Result<void> call_work(const Database::Work& work, Connection& connection);

}  // namespace holdfast::sql
