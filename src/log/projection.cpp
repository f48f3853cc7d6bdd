#include "log/projection.hpp"

#include <algorithm>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "log/log_scan.hpp"

namespace holdfast::log {
namespace {

constexpr std::size_t kChangesAtOnce = 2000;
/// Changes of any table; a snapshot that is read for long keeps the write-ahead log from starting anew.
constexpr std::size_t kScannedAtOnce = 20'000;
/// Between two steps that nobody waits for.
constexpr std::chrono::milliseconds kRest{50};
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{10'000};

using Tables = std::vector<std::string>;

/// A projection that must be built anew.
constexpr Position kNotBuilt = -1;

sql::Session system_session() { return {.principal = base::Principal::system(), .request_id = {}}; }

Result<Position> newest_position(sql::Connection& connection) {
  HF_TRY(auto statement, connection.prepare("SELECT max((SELECT coalesce(max(position), 0) FROM hf_commits), "
                                            "(SELECT trimmed FROM hf_log))"));
  HF_CHECK(statement->step());
  return statement->column(0).integer;
}

}  // namespace

struct ProjectionRunner::State {
  State(sql::Database& of_database, const ChangeLog& of_log, Projection& of_projection)
      : database(of_database), log(of_log), projection(of_projection) {}

  sql::Database& database;
  const ChangeLog& log;
  Projection& projection;

  base::Mutex mutex;
  /// Anything below has changed.
  base::ConditionVariable changed;
  /// Where it stood when the process began is asked once; none before that.
  std::optional<Position> position HF_GUARDED_BY(mutex);
  /// Somebody works on the projection: the runner's thread, or the caller of rebuild().
  bool busy HF_GUARDED_BY(mutex) = false;
  int pauses HF_GUARDED_BY(mutex) = 0;
  /// Callers of wait_for().
  int waiting HF_GUARDED_BY(mutex) = 0;
  /// The thread has nothing to do until the log moves.
  bool idle HF_GUARDED_BY(mutex) = false;
  base::Deadline rested HF_GUARDED_BY(mutex) = base::Deadline::after({});
  bool stopping HF_GUARDED_BY(mutex) = false;

  std::unique_ptr<Subscription> subscription;
  std::thread thread;

  void follow();
  /// Where work begins.
  struct Work {
    std::optional<Position> from;
  };
  [[nodiscard]] Position position_or_none() const HF_REQUIRES(mutex) { return position.value_or(kNotBuilt); }
  [[nodiscard]] bool has_work() const HF_REQUIRES(mutex);
  std::optional<Work> wait_for_work();
  void wait_after_failure(const Error& error, std::chrono::milliseconds pause);
  void finish(const Result<Position>& reached);
  Result<Position> advance(std::optional<Position> known);
  Result<Position> build();
  Result<Position> apply_from(Position from);
};

ProjectionRunner::ProjectionRunner(sql::Database& database, const ChangeLog& log, Projection& projection)
    : state_(std::make_unique<State>(database, log, projection)) {
  auto* state = state_.get();
  state->subscription = log.subscribe([state](Position) {
    // Under the lock, so that the thread cannot miss it between its look at the log and its sleep.
    const base::MutexLock lock(state->mutex);
    if (state->idle) state->changed.notify_all();
  });
  state->thread = std::thread([state] { state->follow(); });
}

ProjectionRunner::~ProjectionRunner() {
  {
    const base::MutexLock lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
  state_->subscription.reset();
}

void ProjectionRunner::State::follow() {
  auto pause = kFirstPause;
  while (const auto work = wait_for_work()) {
    const auto reached = advance(work->from);
    finish(reached);
    if (reached.ok()) {
      pause = kFirstPause;
      continue;
    }
    wait_after_failure(reached.error(), pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

bool ProjectionRunner::State::has_work() const {
  if (busy || pauses > 0) return false;
  return position_or_none() == kNotBuilt || log.durable_position() > *position;
}

/// With `busy` set when there is something to do; none at the end.
std::optional<ProjectionRunner::State::Work> ProjectionRunner::State::wait_for_work() {
  base::MutexLock lock(mutex);
  while (!stopping) {
    const bool work = has_work();
    if (work && (waiting > 0 || rested.passed())) break;
    idle = !work;
    static_cast<void>(changed.wait_until(lock, work ? rested : base::Deadline::never()));
    idle = false;
  }
  if (stopping) return std::nullopt;
  busy = true;
  return Work{position};
}

void ProjectionRunner::State::wait_after_failure(const Error& error, std::chrono::milliseconds pause) {
  base::log_warning("a projection could not go on and will be tried again",
                    {{"projection", projection.name()}, {"error", error.to_string()}});
  const auto again = base::Deadline::after(pause);
  base::MutexLock lock(mutex);
  while (!stopping && changed.wait_until(lock, again)) {
  }
}

void ProjectionRunner::State::finish(const Result<Position>& reached) {
  {
    const base::MutexLock lock(mutex);
    if (reached.ok()) position = *reached;
    busy = false;
    rested = base::Deadline::after(kRest);
  }
  changed.notify_all();
}

Result<Position> ProjectionRunner::State::advance(std::optional<Position> known) {
  auto from = known.value_or(kNotBuilt);
  if (!known) {
    HF_TRY(from, projection.applied_position());
    // Beyond the log: the data were restored to an earlier state than the projection's.
    if (from > log.durable_position()) return build();
  }
  if (from == kNotBuilt) return build();
  auto reached = apply_from(from);
  if (!reached.ok() && reached.error().code == "HF013") return build();
  return reached;
}

Result<Position> ProjectionRunner::State::build() {
  Position at = 0;
  HF_CHECK(database.read(system_session(), [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(at, newest_position(connection));
    return projection.rebuild(connection, at);
  }));
  return at;
}

Result<Position> ProjectionRunner::State::apply_from(Position from) {
  Position upto = from;
  HF_CHECK(database.read(system_session(), [&](sql::Connection& connection) -> Result<void> {
    const auto tables = projection.tables();
    if (tables && tables->empty()) {
      HF_TRY(upto, newest_position(connection));
      return projection.apply(connection, {}, upto);
    }
    const ScanLimits limits{.changes = kChangesAtOnce, .scanned = kScannedAtOnce, .with_commits = false};
    HF_TRY(const auto scan, scan_log(connection, from, limits, {.tables = tables.value_or(Tables{})}));
    upto = scan.upto;
    return projection.apply(connection, scan.changes, upto);
  }));
  return upto;
}

Position ProjectionRunner::position() const {
  const base::MutexLock lock(state_->mutex);
  return state_->position_or_none();
}

Result<void> ProjectionRunner::wait_for(Position position, base::Deadline deadline) const {
  base::MutexLock lock(state_->mutex);
  ++state_->waiting;
  if (state_->position_or_none() < position) state_->changed.notify_all();
  while (!state_->stopping && state_->position_or_none() < position &&
         state_->changed.wait_until(lock, deadline)) {
  }
  --state_->waiting;
  if (state_->position_or_none() >= position) return {};
  if (state_->stopping) return Error{.code = "HF005", .message = "the projection is stopping"};
  return Error{.code = "HF011",
               .message = "an index did not reach position " + std::to_string(position) + " in time",
               .details = "It stands at " + std::to_string(state_->position_or_none()) + ".",
               .hint = "Try again.",
               .retryable = true};
}

Result<void> ProjectionRunner::rebuild() {
  {
    base::MutexLock lock(state_->mutex);
    while (state_->busy) state_->changed.wait(lock);
    state_->busy = true;
  }
  const auto built = state_->build();
  state_->finish(built);
  if (!built.ok()) return built.error();
  return {};
}

ProjectionRunner::Pause::Pause(ProjectionRunner& runner) : runner_(runner) {
  auto& state = *runner_.state_;
  base::MutexLock lock(state.mutex);
  ++state.pauses;
  while (state.busy) state.changed.wait(lock);
}

ProjectionRunner::Pause::~Pause() {
  {
    const base::MutexLock lock(runner_.state_->mutex);
    --runner_.state_->pauses;
  }
  runner_.state_->changed.notify_all();
}

}  // namespace holdfast::log
