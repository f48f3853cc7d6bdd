// What words mean in a date, and how the pieces come together in the end.

#include <utility>

#include "types/detail/datetime_decoder.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

using WordKind = DateTimeWord::Kind;
using Special = DecodedDateTime::Special;

constexpr int kDaylightSeconds = 3600;

}  // namespace

Result<void> DateTimeDecoder::word_field(const std::string& text) {
  if (const auto zone = TimeZone::find_abbreviation(text)) {
    if (have(kZone)) return bad();
    seen_ |= kZone;
    out_.zone = zone;
    return {};
  }
  const DateTimeWord word = find_datetime_word(text);
  if (word.kind != WordKind::none) return known_word(word, text);
  const auto zone = TimeZone::find(text);
  if (!zone) return bad();
  return zone_name(text);
}

Result<void> DateTimeDecoder::month_word(int month) {
  // A number was taken for the month before this name came: it is the day.
  if (have(kMonth) && !text_month_ && !have(kDay) && month_ >= 1 && month_ <= 31) {
    day_ = month_;
    seen_ |= kDay;
    seen_ &= ~static_cast<unsigned>(kMonth);
  }
  text_month_ = true;
  HF_CHECK(set(kMonth));
  month_ = month;
  return {};
}

Result<void> DateTimeDecoder::relative_day(int days) {
  if ((seen_ & (kDate | kSpecial)) != 0) return bad();
  seen_ |= kDate;
  julian_ = true;
  out_.days = floor_divide(now_, kMicrosPerDay) + days;
  return {};
}

Result<void> DateTimeDecoder::known_word(DateTimeWord word, const std::string& text) {
  const auto special = [this](Special kind) -> Result<void> {
    HF_CHECK(set(kSpecial));
    out_.special = kind;
    return {};
  };
  switch (word.kind) {
    case WordKind::month:
      return month_word(word.value);
    case WordKind::meridiem:
      if (meridiem_ >= 0) return bad();
      meridiem_ = word.value;
      return {};
    case WordKind::era:
      before_christ_ = word.value == 1;
      return {};
    case WordKind::now:
      return special(Special::now);
    case WordKind::today:
      return relative_day(0);
    case WordKind::tomorrow:
      return relative_day(1);
    case WordKind::yesterday:
      return relative_day(-1);
    case WordKind::epoch:
      return special(Special::epoch);
    case WordKind::infinity:
      return special(Special::infinity);
    case WordKind::minus_infinity:
      return special(Special::minus_infinity);
    case WordKind::midnight:
      HF_CHECK(set(kTime));
      HF_CHECK(set(kZone));
      out_.zone = TimeZone::fixed(0);
      return {};
    case WordKind::daylight:
      if (!out_.zone || !out_.zone->is_fixed()) return bad();
      out_.zone = TimeZone::fixed(out_.zone->offset_at_utc(0) + kDaylightSeconds);
      return {};
    case WordKind::time_prefix:
      if (!time_only_ && !have(kDate) && !have(kYear | kDayOfYear)) return bad();
      prefix_ = word;
      return {};
    case WordKind::julian:
      prefix_ = word;
      return {};
    case WordKind::weekday:
    case WordKind::noise:
      return {};
    case WordKind::unit:
    case WordKind::none:
      break;
  }
  static_cast<void>(text);
  return bad();
}

Result<void> DateTimeDecoder::finish_year() {
  if (!have(kYear)) return {};
  if (before_christ_) {
    if (year_ <= 0) return overflow();
    year_ = 1 - year_;
  } else if (two_digit_year_) {
    year_ += year_ < 70 ? 2000 : 1900;
  } else if (year_ <= 0) {
    return overflow();
  }
  return {};
}

Result<void> DateTimeDecoder::finish_date() {
  if (julian_) return {};
  HF_CHECK(finish_year());
  if (have(kDayOfYear)) {
    out_.days = days_of({year_, 1, 1}) + day_of_year_ - 1;
    return {};
  }
  if (month_ < 1 || month_ > 12 || day_ < 1 || day_ > 31) return overflow();
  if (day_ > days_in_month(year_, month_)) return overflow();
  out_.days = days_of({year_, month_, day_});
  return {};
}

Result<void> DateTimeDecoder::finish() {
  if (out_.special != Special::none) {
    if ((seen_ & (kDate | kDayOfYear)) != 0) return bad();
    return {};
  }
  out_.has_date = have(kDate) || have(kYear | kDayOfYear);
  out_.has_time = have(kTime);
  if (out_.has_date) HF_CHECK(finish_date());
  if (meridiem_ >= 0) {
    if (hour_ > 12) return overflow();
    if (meridiem_ == 0 && hour_ == 12) hour_ = 0;
    if (meridiem_ == 1 && hour_ != 12) hour_ += 12;
  }
  if (hour_ > 24) return overflow();
  out_.micros = hour_ * kMicrosPerHour + minute_ * kMicrosPerMinute + second_ * kMicrosPerSecond + micros_;
  if (out_.micros > kMicrosPerDay) return overflow();
  const bool date_begun = (seen_ & (kDate | kDayOfYear)) != 0;
  if (time_only_ ? !out_.has_time || (date_begun && !out_.has_date) : !out_.has_date) return bad();
  return {};
}

}  // namespace holdfast::types
