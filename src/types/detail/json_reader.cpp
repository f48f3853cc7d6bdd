#include "types/detail/json_reader.hpp"

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

constexpr bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_word_character(char c) { return is_alpha(c) || is_digit(c) || c == '_'; }

Error unpaired() {
  return failure("22P02", "invalid input syntax for type json",
                 "A Unicode high surrogate must be followed by a low surrogate.");
}

}  // namespace

Error JsonReader::error() const {
  return failure("22P02", "invalid input syntax for type json",
                 at_ >= text_.size() ? "The input string ended unexpectedly."
                                     : "The token at byte " + std::to_string(at_) + " is invalid.");
}

char JsonReader::peek() {
  while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonReader::take(char c) {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

Result<unsigned> JsonReader::read_hex() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = at_ < text_.size() ? hex_value(text_[at_]) : -1;
    if (digit < 0) return error();
    value = value * 16 + static_cast<unsigned>(digit);
    ++at_;
  }
  return value;
}

Result<void> JsonReader::read_escape(std::string& out) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  if (const auto named = kNames.find(c); c != '\0' && named != std::string_view::npos) {
    out += kMeanings[named];
    ++at_;
    return {};
  }
  if (c != 'u') return error();
  ++at_;
  HF_TRY(unsigned code, read_hex());
  if (code == 0) {
    return failure("22P05", "unsupported Unicode escape sequence", "\\u0000 cannot be converted to text.");
  }
  if (code >= 0xDC00U && code <= 0xDFFFU) return unpaired();
  if (code >= 0xD800U && code <= 0xDBFFU) {
    if (text_.substr(at_, 2) != "\\u") return unpaired();
    at_ += 2;
    HF_TRY(const unsigned low, read_hex());
    if (low < 0xDC00U || low > 0xDFFFU) return unpaired();
    code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  append_utf8(out, code);
  return {};
}

Result<void> JsonReader::read_string(std::string& out) {
  if (!take('"')) return error();
  std::size_t start = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20U) return error();
    if (c == '"' || c == '\\') out.append(text_, start, at_ - start);
    ++at_;
    if (c == '"') return {};
    if (c == '\\') {
      HF_CHECK(read_escape(out));
      start = at_;
    }
  }
  return error();
}

Result<void> JsonReader::skip_string() {
  if (!take('"')) return error();
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20U) return error();
    ++at_;
    if (c == '"') return {};
    if (c != '\\') continue;
    if (at_ >= text_.size() || std::string_view("\"\\/bfnrtu").find(text_[at_]) == std::string_view::npos) {
      return error();
    }
    if (text_[at_++] == 'u') HF_CHECK(read_hex());
  }
  return error();
}

Result<std::string_view> JsonReader::read_number() {
  peek();
  const std::size_t start = at_;
  const auto digits = [this] {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > first;
  };
  const auto next = [this] { return at_ < text_.size() ? text_[at_] : '\0'; };
  if (next() == '-') ++at_;
  if (next() == '0') {
    ++at_;
  } else if (!digits()) {
    return error();
  }
  if (next() == '.') {
    ++at_;
    if (!digits()) return error();
  }
  if (next() == 'e' || next() == 'E') {
    ++at_;
    if (next() == '+' || next() == '-') ++at_;
    if (!digits()) return error();
  }
  if (is_word_character(next())) return error();
  return text_.substr(start, at_ - start);
}

Result<std::string_view> JsonReader::read_word() {
  peek();
  std::size_t end = at_;
  while (end < text_.size() && is_word_character(text_[end])) ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  if (word != "true" && word != "false" && word != "null") return error();
  at_ = end;
  return word;
}

Result<void> JsonReader::skip_members(int depth) {
  take('{');
  if (take('}')) return {};
  do {
    peek();
    HF_CHECK(skip_string());
    if (!take(':')) return error();
    HF_CHECK(skip_value(depth + 1));
  } while (take(','));
  if (!take('}')) return error();
  return {};
}

Result<void> JsonReader::skip_items(int depth) {
  take('[');
  if (take(']')) return {};
  do {
    HF_CHECK(skip_value(depth + 1));
  } while (take(','));
  if (!take(']')) return error();
  return {};
}

Result<std::string_view> JsonReader::skip_value(int depth) {
  if (depth > kMostNesting) return nested_too_deeply("the JSON value");
  const char c = peek();
  const std::size_t start = at_;
  if (c == '{') {
    HF_CHECK(skip_members(depth));
  } else if (c == '[') {
    HF_CHECK(skip_items(depth));
  } else if (c == '"') {
    HF_CHECK(skip_string());
  } else if (c == '-' || is_digit(c)) {
    HF_CHECK(read_number());
  } else {
    HF_CHECK(read_word());
  }
  return text_.substr(start, at_ - start);
}

Result<void> JsonReader::finish() {
  peek();
  if (at_ != text_.size()) return error();
  return {};
}

}  // namespace holdfast::types
