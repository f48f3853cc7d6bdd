#include <algorithm>

#include "types/detail/decimal_text.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/detail/to_char_time.hpp"

namespace holdfast::types {
namespace {

/// A number's template, taken apart.
struct NumberTemplate {
  enum class Sign : std::uint8_t { before_digits, leading_s, trailing_s, mi, brackets };
  std::string body;  ///< 9 0 , . and literals
  int whole = 0;
  int fraction = 0;
  int first_zero = -1;  ///< place of the first 0 among the whole digits
  bool fill = true;
  bool point = false;
  Sign sign = Sign::before_digits;
};

Result<NumberTemplate> read_template(std::string_view format) {
  NumberTemplate out;
  while (!format.empty()) {
    const char c = static_cast<char>(lower_ascii(format.front()) - 'a' + 'A');
    const std::string two = lower_ascii(format.substr(0, 2));
    if (two == "fm" || two == "mi" || two == "pr") {
      if (two == "fm") out.fill = false;
      if (two == "mi") out.sign = NumberTemplate::Sign::mi;
      if (two == "pr") out.sign = NumberTemplate::Sign::brackets;
      format.remove_prefix(2);
      continue;
    }
    if (two == "rn" || two == "ee" || two == "th" || two == "sg" || two == "pl" ||
        lower_ascii(format.front()) == 'v') {
      return failure("0A000",
                     "to_char() pattern \"" + std::string(format.substr(0, 2)) + "\" is not supported");
    }
    const char lower = lower_ascii(format.front());
    format.remove_prefix(1);
    if (lower == '9' || lower == '0') {
      if (!out.point && lower == '0' && out.first_zero < 0) out.first_zero = out.whole;
      ++(out.point ? out.fraction : out.whole);
      out.body += lower;
    } else if (lower == '.' || lower == 'd') {
      if (out.point) return failure("42601", "multiple decimal points");
      out.point = true;
      out.body += '.';
    } else if (lower == 'g') {
      out.body += ',';
    } else if (lower == 's') {
      out.sign =
          out.whole + out.fraction == 0 ? NumberTemplate::Sign::leading_s : NumberTemplate::Sign::trailing_s;
    } else if (lower != 'l' && lower != 'b') {
      out.body += lower == ',' ? ',' : c;
      if (lower != ',') out.body.back() = lower;
    }
  }
  return out;
}

class NumberPrinter {
 public:
  NumberPrinter(const NumberTemplate& shape, bool negative, std::string whole, std::string fraction)
      : shape_(shape), negative_(negative), whole_(std::move(whole)), fraction_(std::move(fraction)) {
    if (whole_ == "0") whole_.clear();
    overflow_ = whole_.size() > static_cast<std::size_t>(shape.whole);
    if (!overflow_) whole_.insert(0, static_cast<std::size_t>(shape.whole) - whole_.size(), ' ');
  }

  std::string print() {
    std::size_t at = 0;
    std::size_t fraction_at = 0;
    bool point = false;
    for (const char c : shape_.body) {
      if (c == '.') {
        point = true;
        if (!started_) begin_at_point();
        out_ += '.';
      } else if (c != '9' && c != '0') {
        other(c, point);
      } else if (point) {
        fraction_digit(fraction_at++, c);
      } else {
        whole_digit(at++);
      }
    }
    if (!started_) sign();
    finish();
    return std::move(out_);
  }

 private:
  using Sign = NumberTemplate::Sign;

  /// No digit came before the point; FM shows a zero where none will come behind it either.
  void begin_at_point() {
    sign();
    started_ = true;
    if (!shape_.fill && fraction_.find_first_not_of('0') == std::string::npos) out_ += '0';
  }

  void whole_digit(std::size_t at) {
    if (overflow_) {
      if (!started_) sign();
      started_ = true;
      out_ += '#';
      return;
    }
    char digit = whole_[at];
    const bool zero_wanted = shape_.first_zero >= 0 && static_cast<int>(at) >= shape_.first_zero;
    // Without a fraction the number zero shows one digit.
    const bool last_of_integer = shape_.fraction == 0 && static_cast<int>(at) + 1 == shape_.whole;
    if (digit == ' ' && (zero_wanted || last_of_integer)) digit = '0';
    if (digit == ' ') {
      if (shape_.fill) out_ += ' ';
      return;
    }
    if (!started_) sign();
    started_ = true;
    out_ += digit;
  }

  void fraction_digit(std::size_t at, char pattern) {
    if (overflow_) {
      out_ += '#';
      return;
    }
    const bool only_zeros_left = fraction_.find_first_not_of('0', at) == std::string::npos;
    if (!shape_.fill && pattern == '9' && only_zeros_left) return;
    out_ += fraction_[at];
  }

  void other(char c, bool point) {
    if (c != ',') {
      out_ += c;
    } else if (started_ || point) {
      out_ += ',';
    } else if (shape_.fill) {
      out_ += ' ';
    }
  }

  void sign() {
    switch (shape_.sign) {
      case Sign::before_digits:
        if (negative_) {
          out_ += '-';
        } else if (shape_.fill) {
          out_ += ' ';
        }
        return;
      case Sign::leading_s:
        out_ += negative_ ? '-' : '+';
        return;
      case Sign::brackets:
        if (negative_) {
          out_ += '<';
        } else if (shape_.fill) {
          out_ += ' ';
        }
        return;
      case Sign::trailing_s:
      case Sign::mi:
        return;
    }
  }

  void finish() {
    if (shape_.sign == Sign::trailing_s) out_ += negative_ ? '-' : '+';
    if (shape_.sign == Sign::mi && (negative_ || shape_.fill)) out_ += negative_ ? '-' : ' ';
    if (shape_.sign == Sign::brackets && (negative_ || shape_.fill)) out_ += negative_ ? '>' : ' ';
  }

  const NumberTemplate& shape_;
  bool negative_;
  std::string whole_;
  std::string fraction_;
  bool overflow_ = false;
  bool started_ = false;
  std::string out_;
};

}  // namespace

Result<std::string> format_number_template(std::string_view number, std::string_view format) {
  HF_TRY(const NumberTemplate shape, read_template(format));
  if (is_special(number)) return failure("0A000", "to_char() of NaN and infinity is not supported");
  const std::string rounded = rescale_decimal(number, shape.fraction, true);
  const DecimalParts parts = DecimalParts::of(rounded);
  return NumberPrinter(shape, parts.negative, std::string(parts.whole), std::string(parts.fraction)).print();
}

}  // namespace holdfast::types
