#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/run_migrations.hpp"
#include "holdfast/store.hpp"
#include "library/calls.hpp"
#include "library/commit_signal.hpp"
#include "library/plan_cache.hpp"
#include "library/transaction_inside.hpp"

namespace holdfast::v0::detail {

/// An open store: the engine, the plans, and who is inside at this moment.
class StoreInside {
 public:
  static base::Result<std::shared_ptr<StoreInside>> open(const Options& options);
  ~StoreInside();
  StoreInside(const StoreInside&) = delete;
  StoreInside& operator=(const StoreInside&) = delete;

  base::Result<void> close();

  using Work = TransactionInside::Work;
  base::Result<void> read(const Principal& as, Work work, const CallOptions& call);
  base::Result<sql::Committed> write(const Principal& as, Work work, const CallOptions& call);
  void write_async(const Principal& as, std::function<Result<void>(Transaction&)> work,
                   std::function<void(Result<Committed>)> done, const CallOptions& call);
  base::Result<void> query(const Principal& as, std::string_view sql, std::span<const Argument> arguments,
                           Rows& rows);
  base::Result<Executed> execute(const Principal& as, std::string_view sql,
                                 std::span<const Argument> arguments);

  base::Result<ChangePage> changes(const Principal& as, const ChangeQuery& query,
                                   const std::atomic<bool>* cancelled = nullptr);
  base::Result<Position> position();

  base::Result<std::vector<std::string>> migrate_up();
  base::Result<std::vector<std::string>> migrate_down(int steps);
  base::Result<std::vector<Migration>> migrations();

  base::Result<Follower> follow(const Principal& as, ChangeQuery query,
                                std::function<Result<void>(const ChangePage&)> on_page);

 private:
  explicit StoreInside(const Options& options) : timeout_(options.timeout) {}

  [[nodiscard]] sql::Session session_of(const Principal& as, const CallOptions& call) const;
  [[nodiscard]] TransactionInside::Rooms rooms() { return {plans_, engine_->text_search()}; }
  using Statements = FunctionRef<base::Result<void>(TransactionInside&)>;
  base::Result<sql::Committed> write(const Principal& as, const CallOptions& call, Statements statements);
  using Followers = std::list<std::shared_ptr<FollowerInside>>;  // shared with their handles
  [[nodiscard]] Followers take_followers();
  base::Result<std::vector<std::string>> migrate_with(const engine::MigrationChange& change);
  base::Result<ChangePage> read_page(const Principal& as, const ChangeQuery& query);

  std::chrono::milliseconds timeout_;
  library::PlanCache plans_;
  const std::shared_ptr<library::CommitSignal> signal_ =
      std::make_shared<library::CommitSignal>();  // with followers
  library::Calls calls_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<log::Subscription> subscription_;
  base::Mutex followers_mutex_;
  Followers followers_ HF_GUARDED_BY(followers_mutex_);
  base::Mutex migration_mutex_;
};

}  // namespace holdfast::v0::detail
