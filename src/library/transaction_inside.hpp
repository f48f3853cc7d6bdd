#pragma once

#include <list>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "holdfast/transaction.hpp"
#include "library/plan_cache.hpp"
#include "search/text_search.hpp"
#include "sql/connection.hpp"
#include "types/codec.hpp"

namespace holdfast::v0::detail {

/// Statements of one transaction on one connection. The thread of the connection.
class TransactionInside {
 public:
  struct Rooms {
    library::PlanCache& plans;
    search::TextSearch& text_search;
  };
  enum class Access : std::uint8_t { read, write };

  TransactionInside(Rooms rooms, sql::Connection& connection, Access access)
      : rooms_(rooms), connection_(connection), access_(access), handle_(*this) {}

  [[nodiscard]] Transaction& handle() { return handle_; }
  using Work = FunctionRef<Result<void>(Transaction&)>;
  /// Runs a function on the handle. Its error, or 25P02 where it gave none although a statement had failed.
  base::Result<void> run(Work work);

  /// The rows go to `rows`, which is empty.
  base::Result<void> query(std::string_view sql, std::span<const Argument> arguments, Rows& rows);
  base::Result<std::int64_t> execute(std::string_view sql, std::span<const Argument> arguments);
  base::Result<void> each(std::string_view sql, std::span<const Argument> arguments,
                          FunctionRef<Result<void>(const Row&)> on_row);

 private:
  /// Every row of the statement goes to `on_row`; gives how many rows it changed.
  template <class OnRow>
  base::Result<std::int64_t> step_through(const library::Plan& plan, std::span<const Argument> arguments,
                                          OnRow&& on_row);
  base::Result<library::PlanPtr> plan(std::string_view sql);
  base::Result<void> bind(sql::Statement& statement, const library::Plan& plan,
                          std::span<const Argument> arguments);
  /// Notes a failure, so that what follows is refused.
  template <class Outcome>
  Outcome noted(Outcome outcome);

  Rooms rooms_;
  sql::Connection& connection_;
  Access access_;
  std::optional<base::Error> failure_;
  /// What the statement's parameters point into; only what is not bound as it was given.
  std::list<types::Stored> kept_;
  Transaction handle_;
};

}  // namespace holdfast::v0::detail
