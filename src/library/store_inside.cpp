#include "library/store_inside.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>

#include "base/log.hpp"
#include "library/follower_inside.hpp"
#include "library/outward.hpp"
#include "library/principal_inside.hpp"

namespace holdfast::v0::detail {
namespace {

using library::Calls;

constexpr const char* kUseTransaction = "Use the transaction that the function was given.";

base::LogLevel level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return base::LogLevel::debug;
    case LogLevel::info:
      return base::LogLevel::info;
    case LogLevel::warning:
      return base::LogLevel::warning;
    case LogLevel::error:
      return base::LogLevel::error;
  }
  return base::LogLevel::warning;
}

base::Result<void> check(const Options& options) {
  if (options.path.empty() && options.url.empty())
    return base::Error{.code = "HF001", .message = "no data folder is given", .hint = "Set Options::path."};
  if (options.blueprint.empty())
    return base::Error{.code = "HF001",
                       .message = "no blueprint is given",
                       .hint = "Set Options::blueprint to a folder with migrations/ in it."};
  if (options.timeout.count() < 0)
    return base::Error{.code = "HF001", .message = "the timeout is negative", .hint = "0 means none."};
  return {};
}

engine::Settings settings_of(const Options& options) {
  engine::Settings settings;
  settings.data_folder = options.path;
  settings.database_url = options.url;
  settings.blueprint = options.blueprint;
  settings.group_commit = options.group_commit;
  return settings;
}

}  // namespace

base::Result<std::shared_ptr<StoreInside>> StoreInside::open(const Options& options) {
  HF_CHECK(check(options));
  base::set_log_level(level_of(options.log_level));
  std::shared_ptr<StoreInside> store(new StoreInside(options));
  HF_TRY(store->engine_, engine::Engine::open(settings_of(options)));
  if (options.migrate) HF_CHECK(store->migrate_up());
  store->plans_.set_catalogue(store->engine_->catalogue());
  const auto signal = store->signal_;
  const auto& log = store->engine_->change_log();
  store->subscription_ = log.subscribe([signal](Position position) { signal->move_to(position); });
  signal->move_to(log.durable_position());
  return store;
}

StoreInside::~StoreInside() {
  const auto closed = close();
  if (closed.ok() || closed.error().code == Calls::closed_error().code) return;
  // Its own thread would have to wait for itself.
  std::fputs("holdfast: a store was destroyed from inside a call to it\n", stderr);
  std::abort();
}

base::Result<void> StoreInside::close() {
  if (calls_.on_this_thread() || FollowerInside::on_this_thread(*this))
    return Calls::misplaced("a store cannot be closed from inside a call to it", "Close it after the call.");
  signal_->close();
  if (!calls_.close()) return Calls::closed_error();
  for (const auto& follower : take_followers()) follower->join();
  subscription_.reset();
  engine_.reset();
  return {};
}

sql::Session StoreInside::session_of(const Principal& as, const CallOptions& call) const {
  auto session = PrincipalInside::of(as);
  session.request_id = call.request_id;
  const auto timeout = call.timeout.value_or(timeout_);
  if (call.timeout || timeout.count() > 0) session.deadline = base::Deadline::after(timeout);
  return session;
}

base::Result<void> StoreInside::read(const Principal& as, Work work, const CallOptions& call) {
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  const auto statements = [&](sql::Connection& connection) {
    TransactionInside transaction(rooms(), connection, TransactionInside::Access::read);
    return transaction.run(work);
  };
  return engine_->database().read(session_of(as, call), std::cref(statements));
}

base::Result<sql::Committed> StoreInside::write(const Principal& as, Work work, const CallOptions& call) {
  return write(as, call, [&](TransactionInside& transaction) { return transaction.run(work); });
}

base::Result<sql::Committed> StoreInside::write(const Principal& as, const CallOptions& call,
                                                Statements statements) {
  if (calls_.working_on_this_thread())
    return Calls::misplaced("a write was asked for and waited for inside another write", kUseTransaction);
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  return engine_->database().write(session_of(as, call), [&](sql::Connection& connection) {
    const auto working = calls_.work();
    TransactionInside transaction(rooms(), connection, TransactionInside::Access::write);
    return statements(transaction);
  });
}

void StoreInside::write_async(const Principal& as, std::function<Result<void>(Transaction&)> work,
                              std::function<void(Result<Committed>)> done, const CallOptions& call) {
  const auto answer = [this, done = std::move(done)](base::Result<sql::Committed> committed) {
    if (!done) return;
    const auto working = calls_.work();
    // What `done` throws has nowhere to go.
    [[maybe_unused]] const auto answered = library::guarded([&]() -> base::Result<void> {
      done(committed.ok() ? Result<Committed>(Committed{committed->position})
                          : library::outward(std::move(committed).error()));
      return {};
    });
  };
  const auto guard = calls_.enter();
  if (!guard.inside()) return answer(Calls::closed_error());
  const auto run = [this, work = std::move(work)](sql::Connection& connection) -> base::Result<void> {
    const auto working = calls_.work();
    TransactionInside transaction(rooms(), connection, TransactionInside::Access::write);
    return transaction.run(work);
  };
  const auto answer_and_leave = [this, answer](base::Result<sql::Committed> committed) {
    answer(std::move(committed));
    calls_.leave();
  };
  sql::WriteJob job{.session = session_of(as, call), .work = run, .done = answer_and_leave};
  // The store closes when it has been answered.
  calls_.stay();
  engine_->database().write_async(std::move(job));
}

base::Result<void> StoreInside::query(const Principal& as, std::string_view sql,
                                      std::span<const Argument> arguments, Rows& rows) {
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  const auto statement = [&](sql::Connection& connection) {
    TransactionInside transaction(rooms(), connection, TransactionInside::Access::read);
    return transaction.query(sql, arguments, rows);
  };
  // By reference, so that it fits into the function without an allocation.
  return engine_->database().read_statement(session_of(as, {}), std::cref(statement));
}

base::Result<Executed> StoreInside::execute(const Principal& as, std::string_view sql,
                                            std::span<const Argument> arguments) {
  Executed executed;
  const auto statement = [&](TransactionInside& transaction) -> base::Result<void> {
    HF_TRY(executed.affected, transaction.execute(sql, arguments));
    return {};
  };
  HF_TRY(const auto committed, write(as, CallOptions{}, statement));
  executed.position = committed.position;
  return executed;
}

base::Result<Position> StoreInside::position() {
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  return engine_->change_log().durable_position();
}

base::Result<Follower> StoreInside::follow(const Principal& as, ChangeQuery query,
                                           std::function<Result<void>(const ChangePage&)> on_page) {
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  if (!on_page) return Calls::misplaced("a follower needs a function to hand pages to", "Give one.");
  auto follower = std::make_shared<FollowerInside>(*this, signal_, as, std::move(query), std::move(on_page));
  const base::MutexLock lock(followers_mutex_);
  std::erase_if(followers_, [](const auto& each) {
    const bool ended = !each->running();
    if (ended) each->stop();
    return ended;
  });
  followers_.push_back(follower);
  follower->start();
  return FollowerInside::handle(std::move(follower));
}

StoreInside::Followers StoreInside::take_followers() {
  const base::MutexLock lock(followers_mutex_);
  return std::exchange(followers_, {});
}

}  // namespace holdfast::v0::detail
