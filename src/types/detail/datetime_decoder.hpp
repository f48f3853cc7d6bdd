#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/calendar.hpp"
#include "types/detail/datetime_fields.hpp"
#include "types/time_zone.hpp"

namespace holdfast::types {

/// A date and time as written, made sense of.
struct DecodedDateTime {
  enum class Special : std::uint8_t { none, epoch, infinity, minus_infinity, now };
  Special special = Special::none;
  bool has_date = false;
  bool has_time = false;
  std::int64_t days = 0;    ///< since 1970-01-01
  std::int64_t micros = 0;  ///< since midnight; 24:00:00 may stand
  std::optional<TimeZone> zone{};
};

/// The order of questions is PostgreSQL's: fields from left to right, each read by what came before it.
class DateTimeDecoder {
 public:
  /// `type` and `text` word the errors. `now` is what now, today and their kin mean. `time_only`: numbers are
  /// times, and no date is needed.
  DateTimeDecoder(std::string_view type, std::string_view text, std::int64_t now, bool time_only)
      : type_(type), text_(text), now_(now), time_only_(time_only) {}

  Result<DecodedDateTime> decode();

 private:
  enum Part : unsigned {
    kYear = 1,
    kMonth = 2,
    kDay = 4,
    kDayOfYear = 8,
    kTime = 16,
    kZone = 32,
    kSpecial = 64
  };
  static constexpr unsigned kDate = kYear | kMonth | kDay;

  Result<void> field(const DateTimeField& field);
  Result<void> date_field(const std::string& text);
  Result<void> date_parts(std::string_view text);
  Result<void> time_field(std::string_view text);
  Result<void> zone_field(std::string_view text);
  Result<void> number_field(const std::string& text);
  Result<void> prefixed_field(const DateTimeField& field);
  Result<void> word_field(const std::string& text);
  Result<void> known_word(DateTimeWord word, const std::string& text);
  Result<void> month_word(int month);
  Result<void> relative_day(int days);
  Result<void> zone_name(const std::string& name);
  /// One number of a date.
  Result<void> date_number(std::string_view digits);
  /// 20260131, 040506, 0405: a whole date or time in one number.
  Result<void> run_together(std::string_view digits);
  Result<void> julian_day(std::string_view text);
  Result<void> set(Part part);
  Result<void> finish();
  Result<void> finish_year();
  Result<void> finish_date();
  Result<std::int64_t> fraction(std::string_view digits_after_point);

  [[nodiscard]] Error bad() const { return bad_datetime(type_, text_); }
  [[nodiscard]] Error overflow() const { return datetime_overflow(text_); }
  [[nodiscard]] bool have(unsigned parts) const { return (seen_ & parts) == parts; }

  std::string_view type_;
  std::string_view text_;
  std::int64_t now_;
  bool time_only_;
  /// time only: the field at hand may be a date that says when the zone is meant.
  bool date_may_come_ = false;

  unsigned seen_ = 0;
  DecodedDateTime out_;
  std::int64_t year_ = 0;
  int month_ = 0;
  int day_ = 0;
  int day_of_year_ = 0;
  std::int64_t hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  std::int64_t micros_ = 0;
  int meridiem_ = -1;
  bool before_christ_ = false;
  bool two_digit_year_ = false;
  bool text_month_ = false;
  bool julian_ = false;
  DateTimeWord prefix_{};
};

}  // namespace holdfast::types
