#pragma once

#include <cstdint>
#include <functional>

namespace holdfast::crash {

/// What a share of the work came to.
struct Sum {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  /// Disks that were looked at after a power loss.
  std::uint64_t disks = 0;
};

/// Runs share 0, 1, ... of `jobs`, each in a process of its own, because a process has one default file
/// system and one memory, and adds up what they tell. A process that dies counts as one failure. Call it
/// before SQLite is used. Temporary folders are in memory where the machine has such a place.
[[nodiscard]] Sum run_in_processes(int jobs, const std::function<Sum(int share)>& work);

}  // namespace holdfast::crash
