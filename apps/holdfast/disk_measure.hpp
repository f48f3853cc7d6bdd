#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace holdfast::cli {

struct Measure {
  std::string what;
  double per_second = 0;
};

/// What this disk and machine give in a throw-away folder beside `data_folder`: fsyncs, durable commits from
/// one caller and from sixteen, reads by key; each for `time`. Removes the folder.
Result<std::vector<Measure>> measure_disk(const std::filesystem::path& data_folder,
                                          std::chrono::milliseconds time);

}  // namespace holdfast::cli
