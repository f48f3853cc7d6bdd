#include <algorithm>
#include <utility>

#include "text/detail/characters.hpp"
#include "text/detail/query_reader.hpp"

namespace holdfast::text::detail {
namespace {

using Kind = TsQuery::Kind;

class WebQueryReader {
 public:
  WebQueryReader(std::string_view text, const OperandMeaning& meaning)
      : text_(text), words_(text, Grammar::web_search), meaning_(meaning) {}

  Result<TsQuery> read() {
    for (bool first = true;; first = false) {
      HF_TRY(const bool found, read_operand(first));
      if (!found || !read_operator()) break;
    }
    return builder_.finish();
  }

 private:
  [[nodiscard]] Character here() const { return character_at(text_, place_); }
  void skip_blanks() {
    for (Character c = here(); !c.is_end() && is_space(c.code); c = here()) place_ += c.length;
  }

  /// An operand with what stands in front of it. False when there is none: the query has ended.
  Result<bool> read_operand(bool first) {
    for (;; first = false) {
      skip_blanks();
      const Character c = here();
      if (c.code == '-') {
        builder_.push_operator(Kind::negation);
      } else if (!WordReader::is_operator(c.code)) {
        break;
      }
      ++place_;
    }
    Operand operand;
    bool found = true;
    if (here().code == '"') {
      read_quoted(operand.text);
    } else {
      HF_TRY(found, words_.read(place_, operand.text));
    }
    if (!found && first) return false;
    // An operator that nothing follows works on a stop word, and goes with it.
    HF_TRY(auto tree, found ? meaning_(operand) : Result<TsQuery>(TsQuery{}));
    builder_.push_operand(std::move(tree));
    return found;
  }

  void read_quoted(std::string& words) {
    const std::size_t begin = ++place_;
    place_ = std::min(text_.find('"', begin), text_.size());
    words = text_.substr(begin, place_ - begin);
    if (place_ < text_.size()) ++place_;
  }

  /// `or`, or the silent `and` in front of anything else. False at the end.
  bool read_operator() {
    for (skip_blanks(); WordReader::is_operator(here().code); skip_blanks()) ++place_;
    if (here().is_end()) return false;
    const bool is_or = or_follows();
    builder_.push_operator(is_or ? Kind::disjunction : Kind::conjunction);
    if (is_or) place_ += 2;
    return true;
  }

  /// `or` as a word of its own, with something to come behind it.
  [[nodiscard]] bool or_follows() const {
    if (!equals_ignoring_case(text_.substr(place_, 2), "or")) return false;
    std::size_t place = place_ + 2;
    Character c = character_at(text_, place);
    if (c.is_end() || c.code == '-' || c.code == '_' || is_alpha(c.code) || is_digit(c.code)) return false;
    do {
      place += c.length;
      c = character_at(text_, place);
    } while (!c.is_end() && is_space(c.code));
    return !c.is_end();
  }

  std::string_view text_;
  WordReader words_;
  const OperandMeaning& meaning_;
  QueryBuilder builder_;
  std::size_t place_ = 0;
};

}  // namespace

Result<TsQuery> read_web_search(std::string_view text, const OperandMeaning& meaning) {
  return WebQueryReader(text, meaning).read();
}

}  // namespace holdfast::text::detail
