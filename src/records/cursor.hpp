#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::records {

/// Reads one query parameter from left to right.
class Cursor {
 public:
  /// `what` names the parameter in errors: `select parameter (id,name)`.
  Cursor(std::string_view text, std::string what) : text_(text), what_(std::move(what)) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] bool looking_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  char take() { return text_[at_++]; }
  void back_to(std::size_t position) { at_ = position; }
  void take_all() { at_ = text_.size(); }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool accept(std::string_view word) {
    if (!looking_at(word)) return false;
    at_ += word.size();
    return true;
  }

  /// PGRST100 at the present place.
  [[nodiscard]] Error expected(std::string_view what) const;

  /// One more level of parentheses; PGRST100 when there are too many. Pair it with leave().
  Result<void> enter();
  void leave() { --depth_; }

 private:
  std::string_view text_;
  std::string what_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace holdfast::records
