#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "sql/connection.hpp"
#include "sql/statistics.hpp"

namespace holdfast::sql {

/// Position in the commit log; 0 is before the first commit.
using Position = std::int64_t;

/// What a write was answered with, once it is durable.
struct Committed {
  /// Position of this member's commit; 0 when it changed nothing.
  Position position = 0;
};

/// One member of a group commit.
struct WriteJob {
  Session session;
  /// Runs on the writer's thread; an error undoes what it wrote and is the answer. May run more than once (a
  /// batch that the disk refused, or of which a member failed half way, is run again), so it must begin by
  /// clearing what it captured. Must not keep the connection or statements.
  std::function<Result<void>(Connection&)> work;
  /// Called once, on the writer's thread, after the commit is durable or has failed. Must be short and must
  /// not write: hand on to another thread.
  std::function<void(Result<Committed>)> done;
  /// Run, answer, roll back: `Prefer: tx=rollback` and dry runs.
  bool rollback = false;
};

/// One data layer on one engine. All functions may be called from any thread.
class Database {
 public:
  using Work = std::function<Result<void>(Connection&)>;

  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `work` on this thread, on a read-only connection, in one snapshot. The session's deadline ends a
  /// statement with 57014.
  virtual Result<void> read(const Session& session, const Work& work) = 0;

  /// As read(), for work that runs one statement: its snapshot is the statement's own, which costs less than
  /// a transaction around it.
  virtual Result<void> read_statement(const Session& session, const Work& work) = 0;

  /// Queues a write for the next group commit. Returns at once.
  virtual void write_async(WriteJob job) = 0;
  /// Queues a write and waits until it is durable. Not from the writer's own thread.
  Result<Committed> write(const Session& session, Work work);

  /// Runs `work` alone on the write connection, outside any transaction and with change capture off: every
  /// write queued before has ended, none begins until it returns. For migrations.
  virtual Result<void> exclusive(const Work& work) = 0;

  [[nodiscard]] virtual const Statistics& statistics() const = 0;

 protected:
  Database() = default;
};

}  // namespace holdfast::sql
