#include "text/detail/word_reader.hpp"

#include "text/detail/characters.hpp"

namespace holdfast::text::detail {

bool WordReader::is_operator(char32_t c) {
  return c == '!' || c == '&' || c == '|' || c == '(' || c == ')' || c == '<';
}

Error WordReader::syntax_error() const {
  const char* what = grammar_ == Grammar::vector ? "tsvector" : "tsquery";
  return Error{.code = "42601",
               .message = std::string("syntax error in ") + what + ": \"" + std::string(text_) + "\""};
}

std::size_t WordReader::skip_blanks(std::size_t place) const {
  for (Character c = character_at(text_, place); !c.is_end() && is_space(c.code);
       c = character_at(text_, place)) {
    place += c.length;
  }
  return place;
}

Result<bool> WordReader::read(std::size_t& place, std::string& word) const {
  word.clear();
  place = skip_blanks(place);
  if (place >= text_.size()) return false;
  if (is_special(place, '\'')) {
    HF_CHECK(read_quoted(place, word));
  } else {
    HF_CHECK(read_bare(place, word));
  }
  if (word.empty()) return syntax_error();
  return true;
}

bool WordReader::ends_word(std::size_t place) const {
  if (text_[place] == ':') return true;
  if (grammar_ != Grammar::vector && is_operator(static_cast<unsigned char>(text_[place]))) return true;
  if (grammar_ == Grammar::web_search && text_[place] == '"') return true;
  return is_space(character_at(text_, place).code);
}

Result<void> WordReader::read_bare(std::size_t& place, std::string& word) const {
  // A colon may begin a word, and then belongs to it.
  bool first = true;
  while (place < text_.size() && (!ends_word(place) || (first && text_[place] == ':'))) {
    first = false;
    if (is_special(place, '\\')) {
      HF_CHECK(read_escaped(place, word));
    } else {
      word.push_back(text_[place++]);
    }
  }
  return {};
}

Result<void> WordReader::read_quoted(std::size_t& place, std::string& word) const {
  for (++place; place < text_.size();) {
    if (text_[place] == '\'') {
      ++place;
      if (place >= text_.size() || text_[place] != '\'') return {};
      word.push_back(text_[place++]);
    } else if (text_[place] == '\\') {
      HF_CHECK(read_escaped(place, word));
    } else {
      word.push_back(text_[place++]);
    }
  }
  return syntax_error();
}

Result<void> WordReader::read_escaped(std::size_t& place, std::string& word) const {
  ++place;
  const Character kept = character_at(text_, place);
  if (kept.is_end()) {
    return Error{.code = "42601", .message = "there is no escaped character: \"" + std::string(text_) + "\""};
  }
  word.append(text_.substr(place, kept.length));
  place += kept.length;
  return {};
}

}  // namespace holdfast::text::detail
