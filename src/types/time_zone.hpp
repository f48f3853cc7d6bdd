#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::types {

/// A zone that PostgreSQL knows, by the IANA database in ICU; a fixed offset for an abbreviation.
class TimeZone {
 public:
  /// `Europe/Paris` in any case, `UTC`, `EST`, `GMT+2` (POSIX: west of Greenwich), or none.
  [[nodiscard]] static std::optional<TimeZone> find(std::string_view name);
  /// An abbreviation alone (`cet`, `z`), lower case.
  [[nodiscard]] static std::optional<TimeZone> find_abbreviation(std::string_view lower);
  [[nodiscard]] static TimeZone fixed(int seconds_east) { return TimeZone(seconds_east, nullptr); }

  /// Seconds east of Greenwich at a moment of local time; standard time where it is ambiguous, and where it
  /// does not exist.
  [[nodiscard]] int offset_at_local(std::int64_t local_micros) const;
  [[nodiscard]] int offset_at_utc(std::int64_t utc_micros) const;
  /// Whether the offset is the same at all times.
  [[nodiscard]] bool is_fixed() const { return rules_ == nullptr; }

 private:
  TimeZone(int seconds_east, const void* rules) : seconds_east_(seconds_east), rules_(rules) {}
  int seconds_east_ = 0;
  const void* rules_ = nullptr;  ///< icu::BasicTimeZone, kept for the life of the process
};

}  // namespace holdfast::types
