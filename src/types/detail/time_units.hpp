#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::types {

/// Units of intervals, date_trunc and extract.
enum class TimeUnit : std::uint8_t {
  microsecond,
  millisecond,
  second,
  minute,
  hour,
  day,
  week,
  month,
  quarter,
  year,
  decade,
  century,
  millennium,
  // for extract only
  epoch,
  day_of_week,
  iso_day_of_week,
  day_of_year,
  iso_year,
  julian,
  zone,
  zone_hour,
  zone_minute,
};

/// `hours`, `h`, `hr`, ... in any case, with the abbreviations that PostgreSQL knows.
[[nodiscard]] std::optional<TimeUnit> find_time_unit(std::string_view name);

}  // namespace holdfast::types
