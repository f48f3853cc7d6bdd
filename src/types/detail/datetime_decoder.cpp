#include "types/detail/datetime_decoder.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

using FieldKind = DateTimeField::Kind;
using WordKind = DateTimeWord::Kind;
using Special = DecodedDateTime::Special;

/// The number that `digits` are; false when it is none or too large.
template <class Number>
bool read_number(std::string_view digits, Number& out) {
  const char* end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, out);
  return fault == std::errc{} && stop == end;
}

}  // namespace

Result<DecodedDateTime> DateTimeDecoder::decode() {
  HF_TRY(const auto fields, split_datetime(type_, text_));
  for (const auto& one : fields) {
    date_may_come_ = &one == &fields.front() && fields.size() > 1 &&
                     (fields.back().kind == FieldKind::date || fields[1].kind == FieldKind::time);
    HF_CHECK(field(one));
  }
  if (prefix_.kind != WordKind::none) return bad();
  HF_CHECK(finish());
  return out_;
}

Result<void> DateTimeDecoder::set(Part part) {
  if ((seen_ & part) != 0) return bad();
  seen_ |= part;
  return {};
}

Result<void> DateTimeDecoder::field(const DateTimeField& one) {
  if (prefix_.kind != WordKind::none) return prefixed_field(one);
  switch (one.kind) {
    case FieldKind::date:
      return date_field(one.text);
    case FieldKind::time:
      return time_field(one.text);
    case FieldKind::zone:
      return zone_field(one.text);
    case FieldKind::number:
      return number_field(one.text);
    case FieldKind::word:
    case FieldKind::special:
      return word_field(one.text);
  }
  return bad();
}

/// After `t` or `j`.
Result<void> DateTimeDecoder::prefixed_field(const DateTimeField& one) {
  const DateTimeWord prefix = std::exchange(prefix_, DateTimeWord{});
  if (prefix.kind == WordKind::julian && (one.kind == FieldKind::number || one.kind == FieldKind::date)) {
    return julian_day(one.text);
  }
  if (prefix.kind != WordKind::time_prefix) return bad();
  if (one.kind == FieldKind::time) return time_field(one.text);
  if (one.kind == FieldKind::number) {
    if (!time_only_ && !have(kDate) && !have(kYear | kDayOfYear)) return bad();
    return run_together(one.text);
  }
  return bad();
}

Result<void> DateTimeDecoder::julian_day(std::string_view text) {
  const std::size_t point = text.find('.');
  if (!read_number(text.substr(0, point), out_.days)) return bad();
  if (out_.days > INT32_MAX) return overflow();
  out_.days += kFirstDay;
  HF_CHECK(set(kYear));
  seen_ |= kDate;
  julian_ = true;
  if (point == std::string_view::npos) return {};
  double part = 0;
  if (!read_number("0" + std::string(text.substr(point)), part)) return bad();
  HF_CHECK(set(kTime));
  micros_ = static_cast<std::int64_t>(std::rint(part * static_cast<double>(kMicrosPerDay)));
  return {};
}

Result<void> DateTimeDecoder::date_field(const std::string& text) {
  const bool date_known = have(kDate) || have(kYear | kDayOfYear);
  if (time_only_ ? date_may_come_ : !date_known) {
    // A date with separators goes before the time.
    return have(kTime) ? Result<void>(bad()) : date_parts(text);
  }
  if (!is_digit(text.front())) return zone_name(text);
  // Time and zone in one: 040506-08.
  const std::size_t cut = text.find('-');
  if (cut == std::string::npos || have(kTime)) return bad();
  HF_CHECK(run_together(std::string_view(text).substr(0, cut)));
  return zone_field(std::string_view(text).substr(cut));
}

Result<void> DateTimeDecoder::zone_name(const std::string& name) {
  const auto zone = TimeZone::find(name);
  if (!zone) return failure("22023", "time zone \"" + name + "\" not recognized");
  if (time_only_ && !zone->is_fixed() && !have(kDate)) return bad();
  HF_CHECK(set(kZone));
  out_.zone = zone;
  return {};
}

Result<void> DateTimeDecoder::date_parts(std::string_view text) {
  // A month's name may stand anywhere: it is placed first, so that numbers know of it.
  std::array<std::string_view, 4> parts;
  std::size_t count = 0;
  while (!text.empty()) {
    while (!text.empty() && !is_alpha(text.front()) && !is_digit(text.front())) text.remove_prefix(1);
    if (text.empty() || count == parts.size()) return bad();
    const bool digits = is_digit(text.front());
    std::size_t end = 0;
    while (end < text.size() && (digits ? is_digit(text[end]) : is_alpha(text[end]))) ++end;
    parts[count++] = text.substr(0, end);
    text.remove_prefix(end);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_alpha(parts[i].front())) continue;
    const auto word = find_datetime_word(parts[i]);
    if (word.kind == WordKind::noise) {
      parts[i] = {};
      continue;
    }
    if (word.kind != WordKind::month || text_month_) return bad();
    HF_CHECK(set(kMonth));
    month_ = word.value;
    text_month_ = true;
    parts[i] = {};
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!parts[i].empty()) HF_CHECK(date_number(parts[i]));
  }
  if (!have(kDate) && !have(kYear | kDayOfYear)) return bad();
  return {};
}

Result<void> DateTimeDecoder::date_number(std::string_view digits) {
  const std::size_t size = digits.size();
  std::int64_t value = 0;
  if (!read_number(digits, value) || value > INT32_MAX) return overflow();
  const auto small = static_cast<int>(value);
  const unsigned known = seen_ & kDate;
  if (size == 3 && known == kYear && value >= 1 && value <= 366) {
    day_of_year_ = small;
    return set(kDayOfYear);
  }
  const auto year = [&]() -> Result<void> {
    year_ = value;
    two_digit_year_ = size <= 2;
    return set(kYear);
  };
  const auto day = [&]() -> Result<void> {
    day_ = small;
    return set(kDay);
  };
  switch (known) {
    case 0:
      if (size >= 3) return year();
      month_ = small;
      return set(kMonth);
    case kYear:
    case kDay:
      month_ = small;
      return set(kMonth);
    case kMonth:
      return text_month_ && size >= 3 ? year() : day();
    case kYear | kMonth:
      if (text_month_ && size >= 3 && two_digit_year_) {
        // What looked like a year was the day: 08-Jan-1999.
        day_ = static_cast<int>(year_);
        seen_ = (seen_ & ~static_cast<unsigned>(kYear)) | kDay;
        return year();
      }
      return day();
    case kMonth | kDay:
      return year();
    default:
      return run_together(digits);
  }
}

Result<std::int64_t> DateTimeDecoder::fraction(std::string_view digits) {
  if (digits.empty()) return std::int64_t{0};
  double part = 0;
  if (!read_number("0." + std::string(digits), part)) return bad();
  return static_cast<std::int64_t>(std::rint(part * static_cast<double>(kMicrosPerSecond)));
}

Result<void> DateTimeDecoder::run_together(std::string_view digits) {
  const std::size_t point = digits.find('.');
  if (point != std::string_view::npos) {
    HF_TRY(micros_, fraction(digits.substr(point + 1)));
    digits = digits.substr(0, point);
  } else if (!time_only_ && (seen_ & kDate) != kDate && !have(kDayOfYear) && digits.size() >= 6) {
    const std::size_t year_digits = digits.size() - 4;
    if (!read_number(digits.substr(0, year_digits), year_) ||
        !read_number(digits.substr(year_digits, 2), month_) ||
        !read_number(digits.substr(year_digits + 2), day_)) {
      return bad();
    }
    two_digit_year_ = year_digits == 2;
    if ((seen_ & kDate) != 0) return bad();
    seen_ |= kDate;
    return {};
  }
  if (digits.size() != 6 && digits.size() != 4) return bad();
  HF_CHECK(set(kTime));
  const bool seconds = digits.size() == 6;
  if (!read_number(digits.substr(0, 2), hour_) || !read_number(digits.substr(2, 2), minute_) ||
      (seconds && !read_number(digits.substr(4, 2), second_))) {
    return bad();
  }
  return {};
}

Result<void> DateTimeDecoder::number_field(const std::string& text) {
  const std::size_t point = text.find('.');
  if (point != std::string::npos) {
    if ((seen_ & kDate) == 0 && !time_only_) return date_parts(text);
    if (point > 2) return run_together(text);
    return bad();
  }
  if (time_only_ && !have(kTime)) return run_together(text);
  const bool whole_date_or_time = text.size() >= 6 && ((seen_ & kDate) == 0 || !have(kTime));
  if (whole_date_or_time) return run_together(text);
  return date_number(text);
}

Result<void> DateTimeDecoder::time_field(std::string_view text) {
  HF_CHECK(set(kTime));
  if (!read_number(take_digits(text), hour_) || !take(text, ':')) return bad();
  if (!read_number(take_digits(text), minute_)) return bad();
  if (take(text, ':')) {
    if (!read_number(take_digits(text), second_)) return bad();
    if (take(text, '.')) {
      HF_TRY(micros_, fraction(take_digits(text)));
    }
  } else if (take(text, '.')) {
    // MM:SS.fraction
    second_ = minute_;
    minute_ = static_cast<int>(hour_);
    hour_ = 0;
    HF_TRY(micros_, fraction(take_digits(text)));
  }
  if (!text.empty()) return bad();
  if (minute_ > 59 || second_ > 60) return overflow();
  return {};
}

Result<void> DateTimeDecoder::zone_field(std::string_view text) {
  const bool east = text.front() == '+';
  text.remove_prefix(1);
  const std::string_view first = take_digits(text);
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!read_number(first, hours)) return first.size() > 9 ? zone_overflow(text_) : bad();
  if (take(text, ':')) {
    if (!read_number(take_digits(text), minutes)) return bad();
    if (take(text, ':') && !read_number(take_digits(text), seconds)) return bad();
  } else if (first.size() > 2) {
    minutes = hours % 100;
    hours /= 100;
  }
  if (!text.empty()) return bad();
  if (hours > 15 || minutes > 59 || seconds > 59) return zone_overflow(text_);
  const int offset = hours * 3600 + minutes * 60 + seconds;
  HF_CHECK(set(kZone));
  out_.zone = TimeZone::fixed(east ? offset : -offset);
  return {};
}

}  // namespace holdfast::types
