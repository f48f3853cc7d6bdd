#pragma once

#include <chrono>

namespace holdfast::base {

/// Microseconds since 1970-01-01 00:00 UTC: PostgreSQL's resolution.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

[[nodiscard]] inline Timestamp now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace holdfast::base
