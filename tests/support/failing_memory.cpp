#include "support/failing_memory.hpp"

#include <atomic>
#include <cstdlib>

#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::testing {
namespace {

sqlite3_mem_methods real{};
std::atomic<bool> armed = false;
std::atomic<bool> lasting = false;
std::atomic<bool> failed = false;
std::atomic<std::size_t> count = 0;
std::atomic<std::size_t> first_to_fail = 0;

bool fails() {
  if (!armed) return false;
  const auto number = ++count;
  if (number < first_to_fail || (number > first_to_fail && !lasting)) return false;
  failed = true;
  return true;
}

void* allocate(int bytes) { return fails() ? nullptr : real.xMalloc(bytes); }
void* allocate_again(void* memory, int bytes) { return fails() ? nullptr : real.xRealloc(memory, bytes); }

}  // namespace

void FailingMemory::install() {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK) std::abort();
  auto methods = real;
  methods.xMalloc = &allocate;
  methods.xRealloc = &allocate_again;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) std::abort();
}

void FailingMemory::fail(std::size_t nth, bool all_later_ones) {
  count = 0;
  first_to_fail = nth;
  lasting = all_later_ones;
  failed = false;
  armed = true;
}

void FailingMemory::repair() { armed = false; }

bool FailingMemory::has_failed() { return failed; }

}  // namespace holdfast::testing
