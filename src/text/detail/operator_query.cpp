#include <utility>

#include "text/detail/characters.hpp"
#include "text/detail/limits.hpp"
#include "text/detail/query_reader.hpp"

namespace holdfast::text::detail {
namespace {

using Kind = TsQuery::Kind;

class OperatorQueryReader {
 public:
  OperatorQueryReader(std::string_view text, const OperandMeaning& meaning)
      : text_(text), words_(text, Grammar::query), meaning_(meaning) {}

  Result<TsQuery> read() {
    for (bool first = true;; first = false) {
      HF_TRY(const bool found, read_operand(first));
      if (!found) break;
      HF_TRY(const bool more, read_operator());
      if (!more) break;
    }
    return builder_.finish();
  }

 private:
  [[nodiscard]] Character here() const { return character_at(text_, place_); }
  void skip_blanks() {
    for (Character c = here(); !c.is_end() && is_space(c.code); c = here()) place_ += c.length;
  }

  /// Negations and parentheses, then an operand. False when the query is empty.
  Result<bool> read_operand(bool first) {
    for (;; first = false) {
      skip_blanks();
      const Character c = here();
      if (c.code == '!') {
        builder_.push_operator(Kind::negation);
      } else if (c.code == '(') {
        builder_.open();
      } else {
        break;
      }
      ++place_;
    }
    if (here().code == ':') return words_.syntax_error();
    Operand operand;
    HF_TRY(const bool found, words_.read(place_, operand.text));
    if (!found && first) return false;
    if (!found) {
      return Error{.code = "42601", .message = "no operand in tsquery: \"" + std::string(text_) + "\""};
    }
    read_marks(operand);
    HF_TRY(auto tree, meaning_(operand));
    builder_.push_operand(std::move(tree));
    return true;
  }

  /// `:*AB` behind an operand.
  void read_marks(Operand& operand) {
    if (here().code != ':') return;
    for (++place_; !here().is_end(); ++place_) {
      const char32_t mark = here().code;
      const char32_t upper = mark >= 'a' && mark <= 'd' ? mark - 32 : mark;
      if (mark == '*') {
        operand.prefix = true;
      } else if (upper >= 'A' && upper <= 'D') {
        operand.weights = static_cast<std::uint8_t>(operand.weights | (1U << ('D' - upper)));
      } else {
        return;
      }
    }
  }

  /// Closing parentheses, then an operator. False at the end.
  Result<bool> read_operator() {
    for (;;) {
      skip_blanks();
      const Character c = here();
      if (c.is_end()) {
        if (builder_.has_open()) return words_.syntax_error();
        return false;
      }
      if (c.code == '<') return read_phrase_operator();
      ++place_;
      if (c.code == ')') {
        if (!builder_.close()) return words_.syntax_error();
        continue;
      }
      if (c.code != '&' && c.code != '|') return words_.syntax_error();
      builder_.push_operator(c.code == '&' ? Kind::conjunction : Kind::disjunction);
      return true;
    }
  }

  /// `<->` or `<2>`.
  Result<bool> read_phrase_operator() {
    std::size_t place = place_ + 1;
    int distance = 1;
    if (place < text_.size() && text_[place] == '-') {
      ++place;
    } else {
      const std::size_t digits = place;
      for (distance = 0; place < text_.size() && is_digit(static_cast<unsigned char>(text_[place]));
           ++place) {
        if (distance <= kLongestDistance) distance = distance * 10 + (text_[place] - '0');
      }
      if (place == digits) return words_.syntax_error();
      if (distance > kLongestDistance) return distance_error();
    }
    if (place >= text_.size() || text_[place] != '>') return words_.syntax_error();
    place_ = place + 1;
    builder_.push_operator(Kind::phrase, static_cast<std::uint16_t>(distance));
    return true;
  }

  static Error distance_error() {
    return Error{.code = "22023",
                 .message = "distance in phrase operator must be an integer value between zero and " +
                            std::to_string(kLongestDistance) + " inclusive"};
  }

  std::string_view text_;
  WordReader words_;
  const OperandMeaning& meaning_;
  QueryBuilder builder_;
  std::size_t place_ = 0;
};

}  // namespace

Result<TsQuery> read_operators(std::string_view text, const OperandMeaning& meaning) {
  return OperatorQueryReader(text, meaning).read();
}

}  // namespace holdfast::text::detail
