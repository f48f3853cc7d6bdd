#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace holdfast::schema::detail {

/// Where a script is nested deeper, or chains more operators without a comma, than our stacks allow; none
/// where it is fine. PostgreSQL's parser stops only at its own, higher limits, and the tree it gives then is
/// deeper than a thread's stack when it is walked. Strings, quoted names and comments do not count.
[[nodiscard]] std::optional<std::size_t> too_deep_at(std::string_view sql);

}  // namespace holdfast::schema::detail
