#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace holdfast::engine {

/// Progress of long work: what, how much of how much (0: unknown).
struct Progress {
  std::string what;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
using ProgressSink = std::function<void(const Progress&)>;

}  // namespace holdfast::engine
