#pragma once

#include <cstdint>
#include <string>

#include "sql/database.hpp"
#include "support/disk_model.hpp"

namespace holdfast::crash {

using testing::Random;

/// One write of the workload: rows of several tables at once, cascades, updates, large values, dry runs, and
/// writes that break a rule after they have changed something. The same draws give the same write, given what
/// the tables hold.
struct Step {
  /// What it does and a number that no other step of this store has, and ` rows N` where it logs N rows
  /// whatever the tables hold: the id of its request.
  std::string name;
  sql::Database::Work work;
  bool rollback = false;
};

/// `number` tells this step from all others.
[[nodiscard]] Step draw_step(Random& random, std::int64_t number);

/// The codes with which a step of this workload may be refused on a disk that works.
[[nodiscard]] bool is_refusal(const std::string& code);

}  // namespace holdfast::crash
