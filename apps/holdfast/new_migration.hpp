#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::cli {

/// Writes `NNN_name.up.sql` and `NNN_name.down.sql`, NNN being the next free number, into the blueprint's
/// migrations/. Gives their paths. HF010 for a name that is not of lower-case letters, digits and
/// underscores.
Result<std::vector<std::filesystem::path>> write_new_migration(const std::filesystem::path& blueprint,
                                                               std::string_view name);

}  // namespace holdfast::cli
