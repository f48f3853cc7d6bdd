// format(): PostgreSQL's own little template language.

#include <algorithm>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/text_functions.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

/// `%[position$][-][width]type`.
struct Specifier {
  std::size_t position = 0;  ///< 0: the next argument
  bool left = false;
  int width = 0;
  char type = 's';
};

Error bad_format(const std::string& why) {
  return failure("22023", why, {}, "For a single \"%\" use \"%%\".");
}

int read_number(std::string_view& rest) {
  int value = 0;
  for (const char c : take_digits(rest)) value = std::min(value * 10 + (c - '0'), 100'000'000);
  return value;
}

Result<Specifier> read_specifier(std::string_view& rest) {
  Specifier specifier;
  const std::string_view before = rest;
  const int number = read_number(rest);
  if (rest.size() < before.size() && take(rest, '$')) {
    if (number == 0) return bad_format("format specifies argument 0, but arguments are numbered from 1");
    specifier.position = static_cast<std::size_t>(number);
  } else {
    rest = before;
  }
  while (take(rest, '-')) specifier.left = true;
  specifier.width = read_number(rest);
  if (rest.empty()) return bad_format("unterminated format() type specifier");
  specifier.type = rest.front();
  rest.remove_prefix(1);
  return specifier;
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string literal(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return quoted(text, '\'');
  std::string doubled;
  for (const char c : text) doubled.append(c == '\\' ? 2 : 1, c);
  return "E" + quoted(doubled, '\'');
}

std::string identifier(std::string_view text) {
  const bool plain = !text.empty() && !is_digit(text.front()) &&
                     std::all_of(text.begin(), text.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; });
  return plain ? std::string(text) : quoted(text, '"');
}

Result<std::string> formatted(const Specifier& specifier, const std::optional<std::string>& argument) {
  switch (specifier.type) {
    case 's':
      return argument.value_or("");
    case 'L':
      return argument ? literal(*argument) : std::string("NULL");
    case 'I':
      if (!argument) return failure("22004", "null values cannot be formatted as an SQL identifier");
      return identifier(*argument);
    default:
      return bad_format(std::string("unrecognized format() type specifier \"") + specifier.type + '"');
  }
}

}  // namespace

Result<std::string> format_text(std::string_view format,
                                const std::vector<std::optional<std::string>>& arguments) {
  std::string out;
  std::size_t next = 0;
  for (std::string_view rest = format; !rest.empty();) {
    if (!take(rest, '%')) {
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    if (take(rest, '%')) {
      out += '%';
      continue;
    }
    HF_TRY(const Specifier specifier, read_specifier(rest));
    if (specifier.position > 0) next = specifier.position - 1;
    if (next >= arguments.size()) return bad_format("too few arguments for format()");
    HF_TRY(const std::string piece, formatted(specifier, arguments[next++]));
    HF_TRY(const std::string padded,
           pad(piece,
               std::max<std::int64_t>(specifier.width, static_cast<std::int64_t>(count_characters(piece))),
               " ", specifier.left ? Side::right : Side::left));
    out += padded;
  }
  return out;
}

}  // namespace holdfast::types
