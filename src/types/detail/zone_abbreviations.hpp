#pragma once

#include <optional>
#include <string_view>

namespace holdfast::types {

/// Seconds east of Greenwich.
[[nodiscard]] std::optional<int> find_zone_abbreviation(std::string_view lower);

}  // namespace holdfast::types
