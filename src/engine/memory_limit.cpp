#include "engine/memory_limit.hpp"

#include <algorithm>
#include <fstream>
#include <string>

namespace holdfast::engine {
namespace {

/// `max`, and what cannot be read, is no limit.
std::optional<std::size_t> read_limit(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::size_t bytes = 0;
  if (!(in >> bytes)) return std::nullopt;
  return bytes;
}

/// `0::/a/b` (version 2), `4:memory:/a/b` (version 1) -> `/a/b`.
std::filesystem::path own_group(const std::filesystem::path& of_process, std::string_view controllers) {
  std::ifstream in(of_process);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second != std::string::npos && line.substr(first + 1, second - first - 1) == controllers)
      return std::filesystem::path(line.substr(second + 1)).relative_path();
  }
  return {};
}

void lower(std::optional<std::size_t>& least, std::optional<std::size_t> bytes) {
  if (bytes) least = least ? std::min(*least, *bytes) : bytes;
}

std::optional<std::size_t> least_limit(const std::filesystem::path& mount, std::filesystem::path group,
                                       const char* file) {
  std::optional<std::size_t> least;
  for (; !group.empty(); group = group.parent_path()) lower(least, read_limit(mount / group / file));
  lower(least, read_limit(mount / file));
  return least;
}

}  // namespace

std::optional<std::size_t> cgroup_memory_bytes(const std::filesystem::path& root,
                                               const std::filesystem::path& of_process) {
  auto least = least_limit(root, own_group(of_process, ""), "memory.max");
  lower(least, least_limit(root / "memory", own_group(of_process, "memory"), "memory.limit_in_bytes"));
  return least;
}

std::size_t effective_memory_limit(const Settings& settings) {
  const auto allowed = cgroup_memory_bytes();
  return allowed ? std::min(settings.memory_limit, *allowed / 10 * 9) : settings.memory_limit;
}

}  // namespace holdfast::engine
