#pragma once

#include <cstddef>

namespace holdfast::testing {

/// SQLite's memory, with allocations that fail on demand. Of the whole process, any thread.
class FailingMemory {
 public:
  /// Once, before SQLite's first use.
  static void install();
  /// The `nth` allocation from now (from 1) fails; `lasting`: all later ones too, until repair().
  static void fail(std::size_t nth, bool lasting);
  static void repair();
  /// True when one has failed since fail().
  [[nodiscard]] static bool has_failed();
};

}  // namespace holdfast::testing
