#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// What the patterns of a date and time print.
struct TemplateTime {
  std::int64_t year = 0;
  int month = 1;
  int day = 1;
  std::int64_t days = 0;  ///< since 1970-01-01
  std::int64_t hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  bool is_interval = false;
  bool is_zoned = false;
};

Result<std::string> format_time_template(const TemplateTime& time, std::string_view format);
/// `number` is a canonical numeric.
Result<std::string> format_number_template(std::string_view number, std::string_view format);

}  // namespace holdfast::types
