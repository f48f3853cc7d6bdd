#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "base/result.hpp"
#include "log/change_log.hpp"
#include "sql/database.hpp"

namespace holdfast::log {

/// Something derived from the tables and kept right by the log: can be dropped and rebuilt at any time.
class Projection {
 public:
  virtual ~Projection() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// The tables whose changes it is given, by their engine names; none: all.
  [[nodiscard]] virtual std::optional<std::vector<std::string>> tables() { return std::nullopt; }
  /// The position up to which it has been applied durably enough to go on from after a restart; -1: it must
  /// be rebuilt first.
  virtual Result<Position> applied_position() = 0;
  /// Builds it anew from the tables; `connection` reads one snapshot, whose newest position is `at`.
  virtual Result<void> rebuild(sql::Connection& connection, Position at) = 0;
  /// Applies changes in order; afterwards it stands at `upto`. `connection` reads a snapshot at or after it.
  virtual Result<void> apply(sql::Connection& connection, const std::vector<Change>& changes,
                             Position upto) = 0;
};

/// Runs one projection on one thread: rebuilds when it must, then follows the log: at once where somebody
/// waits or nothing came lately, else some times a second, what has come together. An error is logged and
/// retried with a growing pause. The destructor stops and joins.
class ProjectionRunner {
 public:
  ProjectionRunner(sql::Database& database, const ChangeLog& log, Projection& projection);
  ~ProjectionRunner();
  ProjectionRunner(const ProjectionRunner&) = delete;
  ProjectionRunner& operator=(const ProjectionRunner&) = delete;

  [[nodiscard]] Position position() const;
  /// Waits until everything up to `position` is applied. HF011 when the deadline passes first. Any thread.
  Result<void> wait_for(Position position, base::Deadline deadline) const;
  /// Drops and rebuilds; returns when done.
  Result<void> rebuild();
  /// While alive, nothing is applied: a bulk import that rebuilds afterwards, a migration. Nested pauses
  /// count.
  class Pause {
   public:
    explicit Pause(ProjectionRunner& runner);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    ProjectionRunner& runner_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::log
