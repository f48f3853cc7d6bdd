#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::records {

/// The name that is close enough to `wanted` to be what was meant (three quarters of the letters in common),
/// for hints; empty where none is.
[[nodiscard]] std::string most_similar(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace holdfast::records
