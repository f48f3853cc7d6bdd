#pragma once

#include <string>
#include <vector>

#include "crash/store.hpp"

namespace holdfast::crash {

/// What stands in a store, and what is wrong with it.
struct Findings {
  int migrations = 0;
  log::Position position = 0;
  /// Every row of the workload's tables, in order.
  std::string tables;
  /// Request ids of the commits, from position 1.
  std::vector<std::string> requests;
  std::vector<std::string> problems;
};

/// The file is whole, foreign keys hold, positions are 1, 2, 3, ... without a gap, and the log, replayed from
/// its beginning, gives the tables as they are, with no commit that has fewer or more rows than its request
/// says; with a text index, it finds what the tables hold. An error
/// when the store cannot even be read.
Result<Findings> examine(Store& store);

}  // namespace holdfast::crash
