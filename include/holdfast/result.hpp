#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "holdfast/export.hpp"

HOLDFAST_NAMESPACE_BEGIN

/// What went wrong. `code` is PostgreSQL's SQLSTATE (`23505`) or one of Holdfast's own (`HF002`);
/// docs/reference/errors.md lists them. Compare codes, never wording.
struct Error {
  std::string code{};
  std::string message{};
  std::string details{};
  std::string hint{};
  /// The same call may succeed when it is made again, unchanged.
  bool retryable = false;
  /// Nobody knows whether the commit took place: the disk failed while it was being written.
  bool in_doubt = false;

  /// One line for a terminal or a log.
  [[nodiscard]] HOLDFAST_API std::string to_string() const;
};

namespace detail {
/// Writes what the mistake was to standard error and aborts.
[[noreturn]] HOLDFAST_API void no_value(const Error& error);
[[noreturn]] HOLDFAST_API void no_error();
}  // namespace detail

/// A value, or the Error that kept it from being made. Ignoring one is a compiler warning. Asking for the
/// value of an error, or the error of a value, ends the program with a message: look at ok() first.
template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<T, Error> && !std::is_reference_v<T>);

 public:
  using value_type = T;

  Result(T value) : inner_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: a value is a result
  Result(Error error) : inner_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: so is an error

  [[nodiscard]] bool ok() const noexcept { return inner_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & { return *checked(); }
  [[nodiscard]] const T& value() const& { return *checked(); }
  [[nodiscard]] T&& value() && { return std::move(*checked()); }
  [[nodiscard]] T& operator*() & { return *checked(); }
  [[nodiscard]] const T& operator*() const& { return *checked(); }
  [[nodiscard]] T&& operator*() && { return std::move(*checked()); }
  [[nodiscard]] T* operator->() { return checked(); }
  [[nodiscard]] const T* operator->() const { return checked(); }
  [[nodiscard]] T value_or(T other) const& { return ok() ? *checked() : std::move(other); }
  [[nodiscard]] T value_or(T other) && { return ok() ? std::move(*checked()) : std::move(other); }

  [[nodiscard]] const Error& error() const& { return *checked_error(); }
  [[nodiscard]] Error&& error() && { return std::move(*const_cast<Error*>(checked_error())); }

  /// `next(value)` where there is one, which gives another Result; else this error.
  template <class Next>
  auto and_then(Next&& next) && -> std::invoke_result_t<Next, T&&> {
    if (!ok()) return std::move(*this).error();
    return std::forward<Next>(next)(std::move(*checked()));
  }
  /// The same for a `next` that gives a plain value.
  template <class Next>
  auto map(Next&& next) && -> Result<std::decay_t<std::invoke_result_t<Next, T&&>>> {
    if (!ok()) return std::move(*this).error();
    return std::forward<Next>(next)(std::move(*checked()));
  }

 private:
  [[nodiscard]] const T* checked() const {
    if (!ok()) detail::no_value(std::get<1>(inner_));
    return std::get_if<0>(&inner_);
  }
  [[nodiscard]] T* checked() { return const_cast<T*>(std::as_const(*this).checked()); }
  [[nodiscard]] const Error* checked_error() const {
    if (ok()) detail::no_error();
    return std::get_if<1>(&inner_);
  }

  std::variant<T, Error> inner_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : inner_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: an error is a result

  [[nodiscard]] bool ok() const noexcept { return inner_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const Error& error() const& {
    if (ok()) detail::no_error();
    return *std::get_if<1>(&inner_);
  }
  [[nodiscard]] Error&& error() && {
    if (ok()) detail::no_error();
    return std::move(*std::get_if<1>(&inner_));
  }

  template <class Next>
  auto and_then(Next&& next) && -> std::invoke_result_t<Next> {
    if (!ok()) return std::move(*this).error();
    return std::forward<Next>(next)();
  }

 private:
  std::variant<std::monostate, Error> inner_;
};

namespace detail {
template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};
}  // namespace detail

HOLDFAST_NAMESPACE_END

#define HOLDFAST_JOIN_INNER(a, b) a##b
#define HOLDFAST_JOIN(a, b) HOLDFAST_JOIN_INNER(a, b)

/// `HOLDFAST_TRY(auto rows, tx.query("SELECT 1"));` declares `rows`, or returns the error from the enclosing
/// function.
#define HOLDFAST_TRY(declaration, ...) \
  HOLDFAST_TRY_AS(HOLDFAST_JOIN(holdfast_result_, __LINE__), declaration, __VA_ARGS__)
#define HOLDFAST_TRY_AS(name, declaration, ...)   \
  auto name = (__VA_ARGS__);                      \
  if (!name.ok()) return std::move(name).error(); \
  declaration = *std::move(name)

/// `HOLDFAST_CHECK(tx.execute("DELETE FROM t"));` returns the error of a call whose value is not wanted.
#define HOLDFAST_CHECK(...) HOLDFAST_CHECK_AS(HOLDFAST_JOIN(holdfast_result_, __LINE__), __VA_ARGS__)
#define HOLDFAST_CHECK_AS(name, ...)                \
  do {                                              \
    auto name = (__VA_ARGS__);                      \
    if (!name.ok()) return std::move(name).error(); \
  } while (false)
