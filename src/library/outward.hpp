#pragma once

#include <exception>
#include <new>
#include <utility>

#include "base/result.hpp"
#include "holdfast/result.hpp"

namespace holdfast::library {

/// Errors and results across the edge of the library.
[[nodiscard]] v0::Error outward(base::Error error);
[[nodiscard]] base::Error inward(v0::Error error);

template <class T>
[[nodiscard]] v0::Result<T> outward(base::Result<T> result) {
  if (!result.ok()) return outward(std::move(result).error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *std::move(result);
}
template <class T>
[[nodiscard]] base::Result<T> inward(v0::Result<T> result) {
  if (!result.ok()) return inward(std::move(result).error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *std::move(result);
}

[[nodiscard]] base::Error thrown(const std::exception* what);

/// Runs `work`, which gives a base::Result; what it throws becomes an error.
template <class Work>
[[nodiscard]] auto guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return base::Error{.code = "53200", .message = "out of memory"};
  } catch (const std::exception& defect) {
    return thrown(&defect);
  } catch (...) {
    return thrown(nullptr);
  }
}

}  // namespace holdfast::library
