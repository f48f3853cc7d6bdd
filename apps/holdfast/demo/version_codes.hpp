#pragma once

#include <optional>
#include <set>
#include <vector>

namespace holdfast::demo {

/// Codes are given in steps of this size, so that an older version that turns up later finds its place.
inline constexpr int kCodeStep = 100;

/// The codes of an app's versions, oldest first: those that are known stay, and a version that is new gets
/// one above all older versions and below all newer ones. `taken` are all codes that the app has already.
/// Where no number is left between two neighbours, the new version goes above all.
[[nodiscard]] std::vector<int> assign_codes(const std::vector<std::optional<int>>& known,
                                            std::set<int> taken);

}  // namespace holdfast::demo
