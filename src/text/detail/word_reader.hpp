#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::text::detail {

/// What kind of text the words stand in: it decides where a word ends and which signs are special.
enum class Grammar : std::uint8_t { vector, query, web_search };

/// Reads the words of a tsvector's or tsquery's text form: bare or in quotes, `\` before a sign to keep it.
class WordReader {
 public:
  WordReader(std::string_view text, Grammar grammar) : text_(text), grammar_(grammar) {}

  /// The next word, read from `place` on, blanks skipped; `place` is then behind it (in front of a `:`).
  /// False at the end of the text. 42601.
  Result<bool> read(std::size_t& place, std::string& word) const;

  /// `& | ! ( ) <`, which end a word of a query.
  [[nodiscard]] static bool is_operator(char32_t c);
  [[nodiscard]] Error syntax_error() const;

 private:
  [[nodiscard]] bool is_special(std::size_t place, char sign) const {
    return grammar_ != Grammar::web_search && text_[place] == sign;
  }
  [[nodiscard]] bool ends_word(std::size_t place) const;
  [[nodiscard]] std::size_t skip_blanks(std::size_t place) const;
  Result<void> read_bare(std::size_t& place, std::string& word) const;
  Result<void> read_quoted(std::size_t& place, std::string& word) const;
  Result<void> read_escaped(std::size_t& place, std::string& word) const;

  std::string_view text_;
  Grammar grammar_;
};

}  // namespace holdfast::text::detail
