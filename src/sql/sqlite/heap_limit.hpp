#pragma once

#include <cstddef>

namespace holdfast::sql {

/// SQLite's memory is counted by allocators of our own, without the global lock of its statistics. Installs
/// them; to be called before SQLite's first use in this process, after which it changes nothing. Any thread.
void count_sqlite_memory();

/// Beyond so many bytes, all connections of this process together, an allocation fails with SQLITE_NOMEM
/// (53200); 0: never. Each thread reports in steps of 64 KiB, so the limit is met to that. Any thread.
void limit_sqlite_memory(std::size_t bytes);

/// What SQLite holds now, to 64 KiB a thread.
[[nodiscard]] std::size_t sqlite_memory_bytes();

}  // namespace holdfast::sql
