#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "text/detail/characters.hpp"
#include "text/detail/token.hpp"

namespace holdfast::text::detail {

/// Cuts a document into the tokens of PostgreSQL's default parser. At each place the recognisers that its
/// first character allows are tried in order of priority; the first that succeeds names the token. A
/// recogniser is given the place behind what its caller has read and answers with the token's end.
///
/// A compound (a hyphenated word, an address with a path) is given whole first; then its parts follow, from
/// its beginning again. The text must outlive the tokenizer and its tokens. Any bytes are accepted.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  /// False at the end of the text.
  bool next(Token& token);

 private:
  static constexpr std::size_t kNone = std::string_view::npos;

  /// How the text at the current place is read.
  enum class Mode : std::uint8_t { base, url_host, url_path, hyphen_parts };

  /// What a recogniser found, and how to go on.
  struct Found {
    TokenType type = TokenType::blank;
    std::size_t end = 0;
    Mode mode = Mode::base;
    bool again = false;  ///< the next token begins where this one began
  };
  using Attempt = std::optional<Found>;

  [[nodiscard]] Character at(std::size_t place) const { return character_at(text_, place); }
  [[nodiscard]] bool is(std::size_t place, char c) const { return place < text_.size() && text_[place] == c; }
  [[nodiscard]] bool digit_at(std::size_t place) const {
    return place < text_.size() && is_digit(byte(place));
  }
  [[nodiscard]] bool ascii_alnum_at(std::size_t place) const {
    return place < text_.size() && is_ascii_alnum(byte(place));
  }
  [[nodiscard]] unsigned char byte(std::size_t place) const {
    return static_cast<unsigned char>(text_[place]);
  }
  [[nodiscard]] std::size_t skip_digits(std::size_t place) const;

  // tokenizer.cpp: what begins here, blanks, compounds' parts
  Found recognise();
  Attempt marked_start(std::size_t begin, char32_t first);
  Found blank(std::size_t place) const;
  Attempt hyphen_part(std::size_t begin) const;

  // word_tokens.cpp: words and hyphenated words
  Found ascii_word(std::size_t place);
  Attempt behind_ascii_word(std::size_t place);
  Found word(std::size_t place);
  Found numword(std::size_t place);
  [[nodiscard]] Attempt hyphenated(std::size_t hyphen, TokenType first_part) const;
  [[nodiscard]] std::optional<TokenType> compound_part(std::size_t& place) const;

  // number_tokens.cpp
  Found unsigned_number(std::size_t place);
  [[nodiscard]] Attempt signed_number(std::size_t begin) const;
  [[nodiscard]] Attempt exponent(std::size_t place) const;
  [[nodiscard]] Attempt fraction_or_version(std::size_t point) const;

  // address_tokens.cpp: hosts, e-mail addresses, URLs, file names
  Attempt host(std::size_t place, bool behind_dot);
  Attempt email(std::size_t sign);
  [[nodiscard]] std::size_t host_end(std::size_t begin) const;
  [[nodiscard]] std::size_t url_characters_end(std::size_t place) const;
  enum class PathLead : std::uint8_t { slash, tilde, slash_dot, dot };
  struct PathBegin {
    std::size_t name = kNone;
    std::size_t dots_end = kNone;
  };
  [[nodiscard]] Attempt file(std::size_t place, PathLead lead) const;
  [[nodiscard]] PathBegin path_begin(std::size_t place, PathLead lead) const;
  [[nodiscard]] Attempt file_behind_dot(std::size_t place) const;
  [[nodiscard]] std::size_t file_name_end(std::size_t place) const;

  // markup_tokens.cpp: tags, comments, entities
  Attempt entity(std::size_t place) const;
  Attempt tag(std::size_t begin);
  Attempt tag_name(std::size_t begin, std::size_t place);
  Attempt tag_attributes(std::size_t begin, std::size_t place);
  std::size_t quoted_end(std::size_t place, char quote);
  Attempt comment_or_doctype(std::size_t begin);
  void note_raw_text_element(std::string_view tag_so_far);

  std::string_view text_;
  std::size_t place_ = 0;
  Mode mode_ = Mode::base;
  /// Inside <script> or <style>: everything is blank up to the next tag.
  bool in_raw_text_ = false;
  /// The rest of the document is not read.
  bool given_up_ = false;
  /// Runs that are known to hold no host or comment end: keeps hostile input from costing quadratic time.
  std::size_t no_host_before_ = 0;
  std::size_t no_comment_end_from_ = kNone;
};

}  // namespace holdfast::text::detail
