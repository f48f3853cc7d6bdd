#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "engine/settings.hpp"

namespace holdfast::engine {

/// What the cgroup of this process allows: the least memory.max (version 1: memory.limit_in_bytes) of it and
/// of those around it; nothing where there is none. `root` is where cgroups are mounted, `of_process` is
/// /proc/self/cgroup.
std::optional<std::size_t> cgroup_memory_bytes(const std::filesystem::path& root = "/sys/fs/cgroup",
                                               const std::filesystem::path& of_process = "/proc/self/cgroup");

/// The setting memory_limit, or nine tenths of what the cgroup allows where that is less.
std::size_t effective_memory_limit(const Settings& settings);

}  // namespace holdfast::engine
