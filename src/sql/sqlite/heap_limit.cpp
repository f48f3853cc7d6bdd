#include "sql/sqlite/heap_limit.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::sql {
namespace {

constexpr std::int64_t kReportBytes = 64 << 10;

sqlite3_mem_methods system_methods{};
std::atomic<std::int64_t> used_bytes = 0;
std::atomic<std::int64_t> limit_bytes = 0;

/// What this thread took or gave back since its last report; handed in when the thread ends.
struct Unreported {
  std::int64_t bytes = 0;
  ~Unreported() { used_bytes.fetch_add(bytes, std::memory_order_relaxed); }
};
thread_local Unreported unreported;

void report(std::int64_t bytes) {
  unreported.bytes += bytes;
  if (unreported.bytes < kReportBytes && unreported.bytes > -kReportBytes) return;
  used_bytes.fetch_add(unreported.bytes, std::memory_order_relaxed);
  unreported.bytes = 0;
}

bool has_room(std::int64_t more) {
  const auto limit = limit_bytes.load(std::memory_order_relaxed);
  return limit == 0 || used_bytes.load(std::memory_order_relaxed) + unreported.bytes + more <= limit;
}

void* counted_malloc(int size) {
  if (!has_room(size)) return nullptr;
  void* const memory = system_methods.xMalloc(size);
  if (memory != nullptr) report(system_methods.xSize(memory));
  return memory;
}

void counted_free(void* memory) {
  if (memory != nullptr) report(-std::int64_t{system_methods.xSize(memory)});
  system_methods.xFree(memory);
}

void* counted_realloc(void* memory, int size) {
  const std::int64_t before = system_methods.xSize(memory);
  if (size > before && !has_room(size - before)) return nullptr;
  void* const moved = system_methods.xRealloc(memory, size);
  if (moved != nullptr) report(system_methods.xSize(moved) - before);
  return moved;
}

}  // namespace

void count_sqlite_memory() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_methods) != SQLITE_OK) return;
    auto counted = system_methods;
    counted.xMalloc = &counted_malloc;
    counted.xFree = &counted_free;
    counted.xRealloc = &counted_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
  });
}

void limit_sqlite_memory(std::size_t bytes) { limit_bytes.store(static_cast<std::int64_t>(bytes)); }

std::size_t sqlite_memory_bytes() {
  const auto used = used_bytes.load(std::memory_order_relaxed) + unreported.bytes;
  return used > 0 ? static_cast<std::size_t>(used) : 0;
}

}  // namespace holdfast::sql
