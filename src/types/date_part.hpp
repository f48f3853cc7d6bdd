#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/interval.hpp"
#include "types/type.hpp"

namespace holdfast::types {

/// date_trunc() of a timestamp. 22023 for an unknown unit.
Result<std::int64_t> truncate_timestamp(std::string_view unit, std::int64_t micros);
Result<Interval> truncate_interval(std::string_view unit, const Interval& interval);

/// extract(): a canonical numeric, null for a part that infinity does not have. 22023 for an unknown unit,
/// 0A000 for one that the type lacks.
Result<std::optional<std::string>> extract_from_timestamp(std::string_view unit, std::int64_t micros,
                                                          bool zoned);
Result<std::optional<std::string>> extract_from_date(std::string_view unit, std::int64_t days);
Result<std::optional<std::string>> extract_from_time(std::string_view unit, std::int64_t micros);
Result<std::optional<std::string>> extract_from_interval(std::string_view unit, const Interval& interval);

/// Week of ISO 8601 and the year it belongs to.
struct IsoWeek {
  std::int64_t year = 0;
  int week = 0;
};
[[nodiscard]] IsoWeek iso_week_of(std::int64_t days);

}  // namespace holdfast::types
