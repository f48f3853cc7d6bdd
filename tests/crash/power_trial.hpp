#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "support/watched_disk.hpp"

namespace holdfast::crash {

/// What is wrong with the code of this trial, on purpose: the test of the test.
struct Sabotage {
  testing::SkippedSync skipped = testing::SkippedSync::none;
  /// `PRAGMA synchronous` of the writer; empty: the engine's own.
  std::string synchronous{};
};

struct TrialOutcome {
  /// How many disks were opened after a power loss.
  std::size_t disks = 0;
  /// The first loss or damage; then the trial ends.
  std::optional<std::string> problem{};
};

/// A workload on a watched disk, then a power loss after each thing that the disk was told; from one of the
/// disks that are left, the same again. All is drawn from `seed`. Works in `folder`, which it empties.
[[nodiscard]] TrialOutcome run_power_trial(std::uint64_t seed, const Sabotage& sabotage,
                                           const std::filesystem::path& folder);

}  // namespace holdfast::crash
