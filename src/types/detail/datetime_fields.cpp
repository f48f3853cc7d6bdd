#include "types/detail/datetime_fields.hpp"

#include <algorithm>
#include <array>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

using FieldKind = DateTimeField::Kind;
using WordKind = DateTimeWord::Kind;

/// PostgreSQL compares no more of a word than this.
constexpr std::size_t kWordLength = 10;

struct NamedWord {
  std::string_view name;
  DateTimeWord word;
};

constexpr auto kWords = std::to_array<NamedWord>({
    {"+infinity", {WordKind::infinity, 0}},
    {"-infinity", {WordKind::minus_infinity, 0}},
    {"ad", {WordKind::era, 0}},
    {"allballs", {WordKind::midnight, 0}},
    {"am", {WordKind::meridiem, 0}},
    {"apr", {WordKind::month, 4}},
    {"april", {WordKind::month, 4}},
    {"at", {WordKind::noise, 0}},
    {"aug", {WordKind::month, 8}},
    {"august", {WordKind::month, 8}},
    {"bc", {WordKind::era, 1}},
    {"d", {WordKind::unit, 'd'}},
    {"dec", {WordKind::month, 12}},
    {"december", {WordKind::month, 12}},
    {"dow", {WordKind::unit, 0}},
    {"doy", {WordKind::unit, 0}},
    {"dst", {WordKind::daylight, 0}},
    {"epoch", {WordKind::epoch, 0}},
    {"feb", {WordKind::month, 2}},
    {"february", {WordKind::month, 2}},
    {"fri", {WordKind::weekday, 5}},
    {"friday", {WordKind::weekday, 5}},
    {"h", {WordKind::unit, 'h'}},
    {"infinity", {WordKind::infinity, 0}},
    {"isodow", {WordKind::unit, 0}},
    {"isoyear", {WordKind::unit, 0}},
    {"j", {WordKind::julian, 0}},
    {"jan", {WordKind::month, 1}},
    {"january", {WordKind::month, 1}},
    {"jd", {WordKind::julian, 0}},
    {"jul", {WordKind::month, 7}},
    {"julian", {WordKind::julian, 0}},
    {"july", {WordKind::month, 7}},
    {"jun", {WordKind::month, 6}},
    {"june", {WordKind::month, 6}},
    {"m", {WordKind::unit, 'm'}},
    {"mar", {WordKind::month, 3}},
    {"march", {WordKind::month, 3}},
    {"may", {WordKind::month, 5}},
    {"mm", {WordKind::unit, 'M'}},
    {"mon", {WordKind::weekday, 1}},
    {"monday", {WordKind::weekday, 1}},
    {"nov", {WordKind::month, 11}},
    {"november", {WordKind::month, 11}},
    {"now", {WordKind::now, 0}},
    {"oct", {WordKind::month, 10}},
    {"october", {WordKind::month, 10}},
    {"on", {WordKind::noise, 0}},
    {"pm", {WordKind::meridiem, 1}},
    {"s", {WordKind::unit, 's'}},
    {"sat", {WordKind::weekday, 6}},
    {"saturday", {WordKind::weekday, 6}},
    {"sep", {WordKind::month, 9}},
    {"sept", {WordKind::month, 9}},
    {"september", {WordKind::month, 9}},
    {"sun", {WordKind::weekday, 0}},
    {"sunday", {WordKind::weekday, 0}},
    {"t", {WordKind::time_prefix, 0}},
    {"thu", {WordKind::weekday, 4}},
    {"thur", {WordKind::weekday, 4}},
    {"thurs", {WordKind::weekday, 4}},
    {"thursday", {WordKind::weekday, 4}},
    {"today", {WordKind::today, 0}},
    {"tomorrow", {WordKind::tomorrow, 0}},
    {"tue", {WordKind::weekday, 2}},
    {"tues", {WordKind::weekday, 2}},
    {"tuesday", {WordKind::weekday, 2}},
    {"wed", {WordKind::weekday, 3}},
    {"wednesday", {WordKind::weekday, 3}},
    {"weds", {WordKind::weekday, 3}},
    {"y", {WordKind::unit, 'y'}},
    {"yesterday", {WordKind::yesterday, 0}},
});

bool is_punctuation(char c) { return c > ' ' && c < 127 && !is_digit(c) && !is_alpha(c); }

/// Cuts the text into fields, by the first character of each.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : rest_(text) {}

  bool split(std::vector<DateTimeField>& fields);

 private:
  [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  void move() {
    text_ += lower_ascii(rest_.front());
    rest_.remove_prefix(1);
  }
  template <class Wanted>
  void move_while(Wanted wanted) {
    while (!rest_.empty() && wanted(rest_.front())) move();
  }
  void move_digits() {
    move_while([](char c) { return is_digit(c); });
  }
  FieldKind numeric_field();
  FieldKind numeric_date(char delimiter);
  FieldKind word_field();
  bool signed_field(FieldKind& kind);

  std::string_view rest_;
  std::string text_;
};

FieldKind Splitter::numeric_date(char delimiter) {
  move();
  if (is_digit(next())) {
    // A date with a numeric month, unless it is one point only: then a number with a fraction.
    FieldKind kind = delimiter == '.' ? FieldKind::number : FieldKind::date;
    move_digits();
    if (next() == delimiter) {
      kind = FieldKind::date;
      move();
      move_digits();
    }
    return kind;
  }
  move_while([delimiter](char c) { return is_alpha(c) || is_digit(c) || c == delimiter; });
  return FieldKind::date;
}

FieldKind Splitter::numeric_field() {
  move_digits();
  const char c = next();
  if (c == ':') {
    move_while([](char t) { return is_digit(t) || t == ':' || t == '.'; });
    return FieldKind::time;
  }
  if (c == '-' || c == '/' || c == '.') return numeric_date(c);
  return FieldKind::number;
}

FieldKind Splitter::word_field() {
  move_while([](char c) { return is_alpha(c); });
  const char c = next();
  const bool starts_date = c == '-' || c == '/' || c == '.' ||
                           ((c == '+' || is_digit(c)) && find_datetime_word(text_).kind == WordKind::none);
  if (!starts_date) return FieldKind::word;
  move_while([](char d) {
    return d == '+' || d == '-' || d == '/' || d == '_' || d == '.' || d == ':' || is_alpha(d) || is_digit(d);
  });
  return FieldKind::date;
}

bool Splitter::signed_field(FieldKind& kind) {
  move();
  while (is_space(next())) rest_.remove_prefix(1);
  if (is_digit(next())) {
    kind = FieldKind::zone;
    move_while([](char c) { return is_digit(c) || c == ':' || c == '.' || c == '-'; });
    return true;
  }
  kind = FieldKind::special;
  if (!is_alpha(next())) return false;
  move_while([](char c) { return is_alpha(c); });
  return true;
}

bool Splitter::split(std::vector<DateTimeField>& fields) {
  while (!rest_.empty()) {
    const char c = next();
    if (is_space(c)) {
      rest_.remove_prefix(1);
      continue;
    }
    text_.clear();
    auto kind = FieldKind::number;
    if (is_digit(c)) {
      kind = numeric_field();
    } else if (c == '.') {
      move();
      move_digits();
    } else if (is_alpha(c)) {
      kind = word_field();
    } else if (c == '+' || c == '-') {
      if (!signed_field(kind)) return false;
    } else if (is_punctuation(c)) {
      rest_.remove_prefix(1);
      continue;
    } else {
      return false;
    }
    fields.push_back({kind, text_});
  }
  return true;
}

}  // namespace

DateTimeWord find_datetime_word(std::string_view lower) {
  const std::string_view key = lower.substr(0, kWordLength);
  const auto found = std::lower_bound(
      kWords.begin(), kWords.end(), key,
      [](const NamedWord& w, std::string_view k) { return w.name.substr(0, kWordLength) < k; });
  if (found == kWords.end() || found->name.substr(0, kWordLength) != key) return {};
  return found->word;
}

Result<std::vector<DateTimeField>> split_datetime(std::string_view type, std::string_view text) {
  constexpr std::size_t kMostFields = 25;
  std::vector<DateTimeField> fields;
  if (!Splitter(text).split(fields) || fields.size() > kMostFields) return bad_datetime(type, text);
  return fields;
}

Error bad_datetime(std::string_view type, std::string_view text) {
  Error error = invalid_syntax(type, text);
  error.code = "22007";
  return error;
}

Error datetime_overflow(std::string_view text) {
  return failure("22008", "date/time field value out of range: \"" + std::string(text) + '"', {},
                 "Dates are read as year-month-day, or month/day/year with slashes.");
}

Error zone_overflow(std::string_view text) {
  return failure("22009", "time zone displacement out of range: \"" + std::string(text) + '"');
}

}  // namespace holdfast::types
