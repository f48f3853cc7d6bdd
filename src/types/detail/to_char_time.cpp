#include "types/detail/to_char_time.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "types/calendar.hpp"
#include "types/date_part.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kRoman{"I",   "II",   "III", "IV", "V",  "VI",
                                                  "VII", "VIII", "IX",  "X",  "XI", "XII"};

enum class Field : std::uint8_t {
  year4,
  year3,
  year2,
  year1,
  iso_year4,
  iso_year2,
  year_comma,
  month,
  month_name,
  month_short,
  roman,
  day,
  day_of_year,
  weekday,
  iso_weekday,
  day_name,
  day_short,
  hour12,
  hour24,
  minute,
  second,
  millis,
  micros,
  seconds_of_day,
  meridiem,
  meridiem_dots,
  era,
  era_dots,
  zone,
  zone_lower,
  zone_hours,
  zone_minutes,
  offset,
  quarter,
  week,
  week_of_month,
  iso_week,
  iso_day_of_year,
  century,
  julian,
};

struct Pattern {
  std::string_view name;
  Field field;
};

/// Longer names before their beginnings. Names of letters in mixed case follow the case written.
constexpr auto kPatterns = std::to_array<Pattern>({
    {"Y,YYY", Field::year_comma},
    {"YYYY", Field::year4},
    {"YYY", Field::year3},
    {"YY", Field::year2},
    {"Y", Field::year1},
    {"IYYY", Field::iso_year4},
    {"IYY", Field::iso_year2},
    {"IY", Field::iso_year2},
    {"IDDD", Field::iso_day_of_year},
    {"ID", Field::iso_weekday},
    {"IW", Field::iso_week},
    {"MONTH", Field::month_name},
    {"MON", Field::month_short},
    {"MM", Field::month},
    {"MI", Field::minute},
    {"MS", Field::millis},
    {"DAY", Field::day_name},
    {"DDD", Field::day_of_year},
    {"DD", Field::day},
    {"DY", Field::day_short},
    {"D", Field::weekday},
    {"HH24", Field::hour24},
    {"HH12", Field::hour12},
    {"HH", Field::hour12},
    {"SSSSS", Field::seconds_of_day},
    {"SSSS", Field::seconds_of_day},
    {"SS", Field::second},
    {"US", Field::micros},
    {"A.M.", Field::meridiem_dots},
    {"P.M.", Field::meridiem_dots},
    {"AM", Field::meridiem},
    {"PM", Field::meridiem},
    {"B.C.", Field::era_dots},
    {"A.D.", Field::era_dots},
    {"BC", Field::era},
    {"AD", Field::era},
    {"TZH", Field::zone_hours},
    {"TZM", Field::zone_minutes},
    {"TZ", Field::zone},
    {"OF", Field::offset},
    {"Q", Field::quarter},
    {"WW", Field::week},
    {"W", Field::week_of_month},
    {"CC", Field::century},
    {"J", Field::julian},
    {"RM", Field::roman},
});

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

/// `MONTH`, `Month` or `month`, as the pattern is written.
std::string in_case_of(std::string_view pattern, std::string_view name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (is_lower(pattern[0])) return lower_ascii(name);
  if (pattern.size() > 1 && is_lower(pattern[1])) return std::string(name);
  return upper(name);
}

std::string_view ordinal(std::int64_t number) {
  const std::int64_t last = number % 10;
  if (number / 10 % 10 == 1) return "TH";
  return last == 1 ? "ST" : last == 2 ? "ND" : last == 3 ? "RD" : "TH";
}

class Template {
 public:
  Template(const TemplateTime& time, std::string_view format) : time_(time), rest_(format) {}

  Result<std::string> run() {
    while (!rest_.empty()) {
      if (rest_.front() == '"') {
        quoted();
      } else if (!pattern()) {
        if (rest_.front() == '\\' && rest_.size() > 1 && rest_[1] == '"') rest_.remove_prefix(1);
        out_ += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    return std::move(out_);
  }

 private:
  void quoted() {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      out_ += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

  bool pattern() {
    std::string_view at = rest_;
    bool fill = true;
    if (equal_ignoring_case(at.substr(0, 2), "fm")) {
      fill = false;
      at.remove_prefix(2);
    } else if (equal_ignoring_case(at.substr(0, 2), "tm")) {
      at.remove_prefix(2);
    }
    for (const auto& [name, field] : kPatterns) {
      const std::string_view written = at.substr(0, name.size());
      if (written.size() < name.size() || !equal_ignoring_case(written, lower_ascii(name))) continue;
      rest_ = at.substr(name.size());
      print(field, written, fill);
      return true;
    }
    if (at.size() == rest_.size()) return false;
    rest_ = at;
    return true;
  }

  /// A number, padded with zeros to `width` unless FM stands before it, with TH behind it where asked.
  void number(std::int64_t value, int width, bool fill) {
    std::string digits = std::to_string(std::abs(value));
    if (fill && digits.size() < static_cast<std::size_t>(width)) {
      digits.insert(0, static_cast<std::size_t>(width) - digits.size(), '0');
    }
    if (value < 0) digits.insert(digits.begin(), '-');
    out_ += digits;
    if (!equal_ignoring_case(rest_.substr(0, 2), "th")) return;
    out_ += in_case_of(rest_, ordinal(std::abs(value)));
    rest_.remove_prefix(2);
  }

  /// A name, padded with blanks to the longest of its kind.
  void name(std::string_view written, std::string_view text, std::size_t width, bool fill) {
    std::string cased = in_case_of(written, text);
    if (fill && cased.size() < width) cased.append(width - cased.size(), ' ');
    out_ += cased;
  }

  [[nodiscard]] std::int64_t shown_year(std::int64_t year) const {
    return time_.is_interval || year > 0 ? year : 1 - year;
  }

  void print(Field field, std::string_view written, bool fill) {
    if (print_clock(field, written, fill) || print_year(field, fill) || print_name(field, written, fill))
      return;
    const auto day_of_year = time_.days - days_of({time_.year, 1, 1}) + 1;
    const int weekday = weekday_of(time_.days);
    switch (field) {
      case Field::month:
        return number(time_.month, 2, fill);
      case Field::day:
        return number(time_.day, 2, fill);
      case Field::day_of_year:
        return number(day_of_year, 3, fill);
      case Field::weekday:
        return number(weekday + 1, 1, fill);
      case Field::iso_weekday:
        return number(weekday == 0 ? 7 : weekday, 1, fill);
      case Field::quarter:
        return number((time_.month - 1) / 3 + 1, 1, fill);
      case Field::week:
        return number((day_of_year - 1) / 7 + 1, 2, fill);
      case Field::week_of_month:
        return number((time_.day - 1) / 7 + 1, 1, fill);
      case Field::iso_week:
        return number(iso_week_of(time_.days).week, 2, fill);
      case Field::iso_day_of_year:
        return number((iso_week_of(time_.days).week - 1) * 7 + (weekday == 0 ? 7 : weekday), 3, fill);
      case Field::julian:
        return number(time_.days - kFirstDay, 1, fill);
      default:
        return;
    }
  }

  bool print_year(Field field, bool fill) {
    const std::int64_t year = shown_year(time_.year);
    switch (field) {
      case Field::year_comma:
        out_ += std::to_string(year / 1000) + ',';
        number(year % 1000, 3, true);
        return true;
      case Field::year4:
        number(year, 4, fill);
        return true;
      case Field::year3:
        number(year % 1000, 3, fill);
        return true;
      case Field::year2:
        number(year % 100, 2, fill);
        return true;
      case Field::year1:
        number(year % 10, 1, fill);
        return true;
      case Field::iso_year4:
        number(shown_year(iso_week_of(time_.days).year), 4, fill);
        return true;
      case Field::iso_year2:
        number(shown_year(iso_week_of(time_.days).year) % 100, 2, fill);
        return true;
      case Field::century:
        number(time_.year > 0 ? (time_.year + 99) / 100 : time_.year / 100 - 1, 2, fill);
        return true;
      default:
        return false;
    }
  }

  bool print_clock(Field field, std::string_view written, bool fill) {
    switch (field) {
      case Field::hour12:
        number(time_.hour % 12 == 0 ? 12 : time_.hour % 12, 2, fill);
        return true;
      case Field::hour24:
        number(time_.hour, 2, fill);
        return true;
      case Field::minute:
        number(time_.minute, 2, fill);
        return true;
      case Field::second:
        number(time_.second, 2, fill);
        return true;
      case Field::millis:
        number(time_.micros / 1000, 3, true);
        return true;
      case Field::micros:
        number(time_.micros, 6, true);
        return true;
      case Field::seconds_of_day:
        number(time_.hour * 3600 + time_.minute * 60 + time_.second, 1, fill);
        return true;
      case Field::meridiem:
        out_ += in_case_of(written, time_.hour % 24 >= 12 ? "PM" : "AM");
        return true;
      case Field::meridiem_dots:
        out_ += in_case_of(written, time_.hour % 24 >= 12 ? "P.M." : "A.M.");
        return true;
      default:
        return false;
    }
  }

  bool print_name(Field field, std::string_view written, bool fill) {
    constexpr std::size_t kLongest = 9;
    const std::string_view month = kMonths[static_cast<std::size_t>(std::clamp(time_.month, 1, 12) - 1)];
    const std::string_view day = kDays[static_cast<std::size_t>(weekday_of(time_.days))];
    switch (field) {
      case Field::month_name:
        name(written, month, kLongest, fill);
        return true;
      case Field::month_short:
        name(written, month.substr(0, 3), 3, fill);
        return true;
      case Field::day_name:
        name(written, day, kLongest, fill);
        return true;
      case Field::day_short:
        name(written, day.substr(0, 3), 3, fill);
        return true;
      case Field::roman:
        name(written, kRoman[static_cast<std::size_t>(std::clamp(time_.month, 1, 12) - 1)], 4, fill);
        return true;
      case Field::era:
        out_ += in_case_of(written, time_.year > 0 ? "AD" : "BC");
        return true;
      case Field::era_dots:
        out_ += in_case_of(written, time_.year > 0 ? "A.D." : "B.C.");
        return true;
      case Field::zone:
        if (time_.is_zoned) out_ += in_case_of(written, "UTC");
        return true;
      case Field::zone_hours:
      case Field::offset:
        out_ += "+00";
        return true;
      case Field::zone_minutes:
        out_ += "00";
        return true;
      default:
        return false;
    }
  }

  const TemplateTime& time_;
  std::string_view rest_;
  std::string out_;
};

}  // namespace

Result<std::string> format_time_template(const TemplateTime& time, std::string_view format) {
  return Template(time, format).run();
}

}  // namespace holdfast::types
