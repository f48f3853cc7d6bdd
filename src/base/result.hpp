#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.hpp"

namespace holdfast::base {

/// A value, or the Error that kept it from being made. A class rather than an alias, so that ignoring one
/// is a compiler warning.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : inner_(std::move(value)) {}                    // NOLINT: a value is a result
  Result(Error error) : inner_(tl::unexpect, std::move(error)) {}  // NOLINT: so is an error

  [[nodiscard]] bool ok() const { return inner_.has_value(); }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return *inner_; }
  [[nodiscard]] const T& value() const& { return *inner_; }
  [[nodiscard]] T&& value() && { return *std::move(inner_); }
  [[nodiscard]] T& operator*() & { return *inner_; }
  [[nodiscard]] const T& operator*() const& { return *inner_; }
  [[nodiscard]] T&& operator*() && { return *std::move(inner_); }
  [[nodiscard]] T* operator->() { return &*inner_; }
  [[nodiscard]] const T* operator->() const { return &*inner_; }

  [[nodiscard]] Error& error() & { return inner_.error(); }
  [[nodiscard]] const Error& error() const& { return inner_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(inner_.error()); }

 private:
  tl::expected<T, Error> inner_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : inner_(tl::unexpect, std::move(error)) {}  // NOLINT: an error is a result

  [[nodiscard]] bool ok() const { return inner_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] Error& error() & { return inner_.error(); }
  [[nodiscard]] const Error& error() const& { return inner_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(inner_.error()); }

 private:
  tl::expected<void, Error> inner_;
};

}  // namespace holdfast::base

namespace holdfast {
using base::Result;
}

#define HF_CONCAT_INNER(a, b) a##b
#define HF_CONCAT(a, b) HF_CONCAT_INNER(a, b)

/// `HF_TRY(auto row, read_row());` declares `row`, or returns the error from the enclosing function.
#define HF_TRY(declaration, expression) HF_TRY_AS(HF_CONCAT(hf_result_, __LINE__), declaration, expression)
#define HF_TRY_AS(name, declaration, expression)  \
  auto name = (expression);                       \
  if (!name.ok()) return std::move(name).error(); \
  declaration = *std::move(name)

/// `HF_CHECK(write_row());` returns the error of a call whose value, if any, is not wanted.
#define HF_CHECK(expression) HF_CHECK_AS(HF_CONCAT(hf_result_, __LINE__), expression)
#define HF_CHECK_AS(name, expression)               \
  do {                                              \
    auto name = (expression);                       \
    if (!name.ok()) return std::move(name).error(); \
  } while (false)
