#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "holdfast/changes.hpp"
#include "holdfast/principal.hpp"
#include "holdfast/transaction.hpp"

HOLDFAST_NAMESPACE_BEGIN

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct Options {
  /// The data folder; made, for its owner alone, where it is not there. One process has it open at a time.
  std::string path = "./data";
  /// A server instead of a folder: PostgreSQL, in a later release; HF001 now.
  std::string url{};
  /// A folder with `migrations/`, or the name of a blueprint that is installed.
  std::string blueprint{};
  /// Apply what is not applied yet.
  bool migrate = false;
  /// The end of a call that gives none of its own; 0: none.
  std::chrono::milliseconds timeout{30'000};
  /// False: one commit a write, to compare with.
  bool group_commit = true;
  /// What goes to standard error. For the whole process.
  LogLevel log_level = LogLevel::warning;
};

/// What one call may say of itself.
struct CallOptions {
  /// Until when it must have ended (57014 when it has not); none: Options::timeout.
  std::optional<std::chrono::milliseconds> timeout{};
  /// Stands in the log of commits beside what the call changed.
  std::string request_id{};
};

/// A write is durable.
struct Committed {
  /// Its place in the log; 0 where it changed nothing.
  Position position = 0;
};
/// ... and this is what its function gave.
template <class T>
struct Written : Committed {
  T value;
};
/// ... and so many rows were changed by its statement.
struct Executed : Committed {
  std::int64_t affected = 0;
};

struct Migration {
  int number = 0;
  std::string name{};
  bool applied = false;
  /// Why it stands in the way: `edited`, `missing`, `out of order`; empty when it does not.
  std::string problem{};
};

namespace detail {
class StoreInside;

template <class F>
using ReadValue = typename std::invoke_result_t<F, Transaction&>::value_type;
template <class F>
concept Work = std::is_invocable_v<F, Transaction&> && IsResult<std::invoke_result_t<F, Transaction&>>::value;
template <class F>
concept VoidWork = Work<F> && std::is_void_v<ReadValue<F>>;
}  // namespace detail

/// An open data folder. Any thread may call anything at any time. Errors are values: no exception leaves the
/// library, and one that leaves a function given to it becomes XX000.
///
/// A call made where it cannot be made is HF020: a write from inside a write or from its `done`, close() from
/// inside a call. After close() every call is HF005.
class HOLDFAST_API Store {
 public:
  /// HF001 for wrong options, HF002 when another process holds the folder, HF009 and HF003 for the blueprint,
  /// HF012 for damaged files, and what the disk says.
  static Result<Store> open(const Options& options);
  /// Closes.
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  /// Ends every wait, stops the followers, lets the calls under way end, and lets go of the folder. Waits for
  /// all of that; a second call gives HF005.
  Result<void> close();

  /// Runs `work` on this thread, in one read-only snapshot, and gives what it gives.
  template <detail::Work F>
  auto read(const Principal& as, F&& work, const CallOptions& call = {})
      -> std::invoke_result_t<F, Transaction&> {
    if constexpr (detail::VoidWork<F>) {
      return run_read(as, work, call);
    } else {
      std::optional<detail::ReadValue<F>> value;
      HOLDFAST_CHECK(run_read(as, keeping(work, value), call));
      return *std::move(value);
    }
  }

  /// Runs `work` on the writer's thread, in a transaction, and returns when it is durable. Writes of many
  /// threads share a commit. An error of `work` undoes all that it did. `work` may run more than once, where
  /// the disk refused the commit that it was in, so it must not depend on what it left behind the first time.
  template <detail::VoidWork F>
  Result<Committed> write(const Principal& as, F&& work, const CallOptions& call = {}) {
    return run_write(as, work, call);
  }
  template <detail::Work F>
    requires(!detail::VoidWork<F>)
  auto write(const Principal& as, F&& work, const CallOptions& call = {})
      -> Result<Written<detail::ReadValue<F>>> {
    std::optional<detail::ReadValue<F>> value;
    HOLDFAST_TRY(const auto committed, run_write(as, keeping(work, value), call));
    return Written<detail::ReadValue<F>>{{committed}, *std::move(value)};
  }

  /// As write(), without the wait: `done` is called once, on the writer's thread or, when the call is
  /// refused, on this one. It must be short.
  void write_async(const Principal& as, std::function<Result<void>(Transaction&)> work,
                   std::function<void(Result<Committed>)> done, const CallOptions& call = {});

  /// One statement that reads. Cheaper than read() with one statement.
  template <class... Args>
  [[nodiscard]] Result<Rows> query(const Principal& as, std::string_view sql, const Args&... args) {
    Result<Rows> rows{Rows()};
    auto outcome =
        detail::with_arguments([&](auto list) { return run_query(as, sql, list, *rows); }, args...);
    if (!outcome.ok()) rows = std::move(outcome).error();
    return rows;
  }
  /// One statement that writes.
  template <class... Args>
  Result<Executed> execute(const Principal& as, std::string_view sql, const Args&... args) {
    return detail::with_arguments([&](auto list) { return run_execute(as, sql, list); }, args...);
  }

  /// What was committed after a position, in order, under the policies of `as`. HF013 when the log no longer
  /// holds what follows the position.
  [[nodiscard]] Result<ChangePage> changes(const Principal& as, const ChangeQuery& query);
  /// Hands page after page to `on_page`, on a thread of its own; `query.wait` does not matter. A page that
  /// `on_page` answers with an error is the last. Nothing is missed and nothing comes twice.
  [[nodiscard]] Result<Follower> follow(const Principal& as, ChangeQuery query,
                                        std::function<Result<void>(const ChangePage&)> on_page);
  /// The newest position that is durable.
  [[nodiscard]] Result<Position> position();

  /// Applies what is not applied yet, one transaction a file; gives the names of what ran. Errors: HF003,
  /// HF004, and what the engine refuses, with file, line and column in `details`.
  Result<std::vector<std::string>> migrate_up();
  /// Undoes the newest `steps`.
  Result<std::vector<std::string>> migrate_down(int steps = 1);
  [[nodiscard]] Result<std::vector<Migration>> migrations();

 private:
  using Run = detail::FunctionRef<Result<void>(Transaction&)>;

  explicit Store(std::shared_ptr<detail::StoreInside> inside);

  /// `work`, whose value goes to `value`.
  template <class F>
  static auto keeping(F& work, std::optional<detail::ReadValue<F>>& value) {
    return [&work, &value](Transaction& transaction) -> Result<void> {
      value.reset();
      HOLDFAST_TRY(value, work(transaction));
      return {};
    };
  }

  Result<void> run_read(const Principal& as, Run work, const CallOptions& call);
  Result<Committed> run_write(const Principal& as, Run work, const CallOptions& call);
  Result<void> run_query(const Principal& as, std::string_view sql, std::span<const Argument> arguments,
                         Rows& rows);
  Result<Executed> run_execute(const Principal& as, std::string_view sql,
                               std::span<const Argument> arguments);

  std::shared_ptr<detail::StoreInside> inside_;  // shared with the threads of followers
};

HOLDFAST_NAMESPACE_END
