#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "support/watched_disk.hpp"

namespace holdfast::crash {

/// What goes wrong once, or from then on: a call of the disk, or an allocation of SQLite's.
struct Fault {
  /// None: memory.
  std::optional<testing::DiskCall> call{};
  int code = 0;
  bool lasting = false;
  std::size_t nth = 1;
};

[[nodiscard]] std::string describe(const Fault& fault);

struct FaultOutcome {
  /// False: the script made fewer calls than `nth`.
  bool came = false;
  std::optional<std::string> problem{};
};

/// Opens a store, migrates, writes, reads, checkpoints, closes, opens, goes on; the fault comes where it
/// comes. Then everything works again: what was acknowledged must be there, in the process that met the
/// fault, after a power loss, and in the next process. Works in `folder`, which it empties.
[[nodiscard]] FaultOutcome run_fault_trial(const Fault& fault, const std::filesystem::path& folder);

}  // namespace holdfast::crash
