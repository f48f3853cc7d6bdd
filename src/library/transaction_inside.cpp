#include "library/transaction_inside.hpp"

#include "library/argument_value.hpp"
#include "library/outward.hpp"
#include "library/row_collector.hpp"

namespace holdfast::v0::detail {
namespace {

base::Error over_error(const base::Error& failure) {
  return {.code = "25P02",
          .message = "the transaction is over, because one of its statements failed",
          .details = failure.to_string(),
          .hint = "Return the error of the statement."};
}

}  // namespace

template <class Outcome>
Outcome TransactionInside::noted(Outcome outcome) {
  if (!outcome.ok() && !failure_) failure_ = outcome.error();
  return outcome;
}

base::Result<void> TransactionInside::run(Work work) {
  HF_CHECK(library::guarded([&] { return library::inward(work(handle_)); }));
  if (failure_) return over_error(*failure_);
  return {};
}

base::Result<library::PlanPtr> TransactionInside::plan(std::string_view sql) {
  if (failure_) return over_error(*failure_);
  const auto& session = connection_.session();
  HF_TRY(auto found, rooms_.plans.get(session.principal.role, sql));
  if (found->query.writes && access_ == Access::read)
    return base::Error{.code = "25006",
                       .message = "the statement writes, and the transaction is read-only",
                       .hint = "Run it in Store::write()."};
  if (found->searches) HF_CHECK(rooms_.text_search.catch_up(session.deadline));
  return found;
}

base::Result<void> TransactionInside::bind(sql::Statement& statement, const library::Plan& plan,
                                           std::span<const Argument> arguments) {
  const auto& types = plan.query.parameters;
  if (arguments.size() != types.size())
    return base::Error{.code = "08P01",
                       .message = "the statement has " + std::to_string(types.size()) + " parameters, and " +
                                  std::to_string(arguments.size()) + " were given"};
  kept_.clear();
  const auto bound = std::min(types.size(), static_cast<std::size_t>(statement.parameter_count()));
  for (std::size_t i = 0; i < bound; ++i) {
    HF_TRY(const auto value, library::stored_argument(types[i], arguments[i], kept_));
    HF_CHECK(statement.bind(static_cast<int>(i) + 1, value));
  }
  return {};
}

template <class OnRow>
base::Result<std::int64_t> TransactionInside::step_through(const library::Plan& plan,
                                                           std::span<const Argument> arguments,
                                                           OnRow&& on_row) {
  HF_TRY(auto statement, connection_.prepare(plan.query.sql));
  HF_CHECK(bind(*statement, plan, arguments));
  while (true) {
    HF_TRY(const bool row, statement->step());
    if (!row) return statement->affected_rows();
    HF_CHECK(on_row(*statement));
  }
}

base::Result<void> TransactionInside::query(std::string_view sql, std::span<const Argument> arguments,
                                            Rows& rows) {
  return noted([&]() -> base::Result<void> {
    HF_TRY(const auto found, plan(sql));
    RowCollector collector(rows, found->columns);
    const auto keep = [&collector](const sql::Statement& row) -> base::Result<void> {
      collector.add(row);
      return {};
    };
    HF_TRY(const auto affected, step_through(*found, arguments, keep));
    collector.finish(affected);
    return {};
  }());
}

base::Result<std::int64_t> TransactionInside::execute(std::string_view sql,
                                                      std::span<const Argument> arguments) {
  return noted([&]() -> base::Result<std::int64_t> {
    HF_TRY(const auto found, plan(sql));
    const auto drop = [](const sql::Statement&) { return base::Result<void>(); };
    return step_through(*found, arguments, drop);
  }());
}

base::Result<void> TransactionInside::each(std::string_view sql, std::span<const Argument> arguments,
                                           FunctionRef<Result<void>(const Row&)> on_row) {
  return noted([&]() -> base::Result<void> {
    HF_TRY(const auto found, plan(sql));
    std::vector<Cell> cells;
    const auto hand_over = [&](const sql::Statement& row) {
      return library::inward(on_row(RowCollector::view(row, *found->columns, cells)));
    };
    HF_CHECK(step_through(*found, arguments, hand_over));
    return {};
  }());
}

}  // namespace holdfast::v0::detail

namespace holdfast::v0 {

using library::guarded;
using library::outward;

Result<void> Transaction::run(std::string_view sql, std::span<const Argument> arguments, Rows& rows) {
  return outward(guarded([&] { return inside_.query(sql, arguments, rows); }));
}

Result<std::int64_t> Transaction::run_for_count(std::string_view sql, std::span<const Argument> arguments) {
  return outward(guarded([&] { return inside_.execute(sql, arguments); }));
}

Result<void> Transaction::run_each(std::string_view sql, std::span<const Argument> arguments,
                                   detail::FunctionRef<Result<void>(const Row&)> on_row) {
  return outward(guarded([&] { return inside_.each(sql, arguments, on_row); }));
}

}  // namespace holdfast::v0
