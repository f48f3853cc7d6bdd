#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::types {

/// A piece of a date or time as written, lower case.
struct DateTimeField {
  enum class Kind : std::uint8_t {
    number,   ///< 2026, 20260131, 040506.789
    date,     ///< 2026-01-31, jan-31-2026, europe/paris
    time,     ///< 04:05:06.789
    zone,     ///< +02:00
    word,     ///< january, pm, utc
    special,  ///< -infinity
  };
  Kind kind;
  std::string text;
};

/// 22007 where a character fits nowhere.
Result<std::vector<DateTimeField>> split_datetime(std::string_view type, std::string_view text);

/// What a word means.
struct DateTimeWord {
  enum class Kind : std::uint8_t {
    none,
    month,
    weekday,
    meridiem,  ///< value 0: am, 1: pm
    era,       ///< value 0: ad, 1: bc
    now,
    today,
    tomorrow,
    yesterday,
    epoch,
    infinity,
    minus_infinity,
    midnight,     ///< allballs: 00:00:00 UTC
    time_prefix,  ///< t
    julian,       ///< j, jd, julian
    noise,        ///< at, on
    unit,         ///< d, h, m, mm, s, y: a part of the date or time follows
    daylight,     ///< dst
  };
  Kind kind = Kind::none;
  int value = 0;
};
[[nodiscard]] DateTimeWord find_datetime_word(std::string_view lower);

Error bad_datetime(std::string_view type, std::string_view text);
Error datetime_overflow(std::string_view text);
Error zone_overflow(std::string_view text);

}  // namespace holdfast::types
