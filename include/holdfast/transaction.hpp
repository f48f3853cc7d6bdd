#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "holdfast/rows.hpp"

HOLDFAST_NAMESPACE_BEGIN

namespace detail {

/// A callable that outlives the call it is given to, without a copy of it.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
  FunctionRef(F&& function)  // NOLINT: what is callable is one
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

/// Calls `run` with the arguments as a list.
template <class Run, class... Args>
auto with_arguments(Run&& run, const Args&... args) {
  if constexpr (sizeof...(Args) == 0) {
    return run(std::span<const Argument>());
  } else {
    const auto listed = [&run](const auto&... held) {
      const std::array<Argument, sizeof...(held)> list{held.argument...};
      return run(std::span<const Argument>(list));
    };
    return listed(Held<std::remove_cvref_t<const Args>>(args)...);
  }
}

template <class T, std::size_t N>
struct Held<T[N]> {
  explicit Held(const T (&value)[N]) : argument(value) {}
  Argument argument;
};

class TransactionInside;

}  // namespace detail

/// What a read or a write runs its statements on: valid during that call, on its thread. Statements are in
/// PostgreSQL's language, with `$1`, `$2`, ... for the arguments; each text is translated once for a role and
/// kept. Row-level security applies as for the principal of the call.
///
/// As in PostgreSQL, a transaction in which a statement failed is over: what follows is 25P02, and nothing of
/// it is kept. A write in a read-only transaction is 25006.
class HOLDFAST_API Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Every row at once. For answers too large for memory use each().
  template <class... Args>
  [[nodiscard]] Result<Rows> query(std::string_view sql, const Args&... args) {
    Result<Rows> rows{Rows()};
    auto outcome = detail::with_arguments([&](auto list) { return run(sql, list, *rows); }, args...);
    if (!outcome.ok()) rows = std::move(outcome).error();
    return rows;
  }
  /// The rows as tuples or mapped structs: Rows::as(), one() and first().
  template <class T, class... Args>
  [[nodiscard]] Result<std::vector<T>> all(std::string_view sql, const Args&... args) {
    HOLDFAST_TRY(const auto rows, query(sql, args...));
    return rows.template as<T>();
  }
  template <class T, class... Args>
  [[nodiscard]] Result<T> one(std::string_view sql, const Args&... args) {
    HOLDFAST_TRY(const auto rows, query(sql, args...));
    return rows.template one<T>();
  }
  template <class T, class... Args>
  [[nodiscard]] Result<std::optional<T>> first(std::string_view sql, const Args&... args) {
    HOLDFAST_TRY(const auto rows, query(sql, args...));
    return rows.template first<T>();
  }
  /// How many rows an INSERT, UPDATE or DELETE changed; what it returns is dropped.
  template <class... Args>
  [[nodiscard]] Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
    return detail::with_arguments([&](auto list) { return run_for_count(sql, list); }, args...);
  }
  /// `on_row(const Row&) -> Result<void>` for one row after another, none of them kept; its error ends the
  /// statement and is the answer.
  template <class OnRow, class... Args>
  [[nodiscard]] Result<void> each(std::string_view sql, OnRow&& on_row, const Args&... args) {
    return detail::with_arguments([&](auto list) { return run_each(sql, list, on_row); }, args...);
  }

 private:
  friend class detail::TransactionInside;
  explicit Transaction(detail::TransactionInside& inside) : inside_(inside) {}

  Result<void> run(std::string_view sql, std::span<const Argument> arguments, Rows& rows);
  Result<std::int64_t> run_for_count(std::string_view sql, std::span<const Argument> arguments);
  Result<void> run_each(std::string_view sql, std::span<const Argument> arguments,
                        detail::FunctionRef<Result<void>(const Row&)> on_row);

  detail::TransactionInside& inside_;
};

HOLDFAST_NAMESPACE_END
