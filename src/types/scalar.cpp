#include "types/scalar.hpp"

#include <array>
#include <charconv>
#include <limits>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

/// Whether `text` is a beginning of `word`, at least `least` characters long.
bool abbreviates(std::string_view text, std::string_view word, std::size_t least) {
  return text.size() >= least && text.size() <= word.size() &&
         equal_ignoring_case(text, word.substr(0, text.size()));
}

constexpr std::string_view kHex = "0123456789abcdef";

Result<std::string> parse_hex_bytes(std::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    while (i < digits.size() && is_space(digits[i])) ++i;
    if (i == digits.size()) break;
    const int high = hex_value(digits[i]);
    if (high < 0) return failure("22023", std::string("invalid hexadecimal digit: \"") + digits[i] + '"');
    if (i + 1 == digits.size()) return failure("22023", "invalid hexadecimal data: odd number of digits");
    const int low = hex_value(digits[i + 1]);
    if (low < 0) return failure("22023", std::string("invalid hexadecimal digit: \"") + digits[i + 1] + '"');
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The byte of `ooo` at the front, or -1.
int octal_byte(std::string_view digits) {
  if (digits.size() < 3 || digits[0] > '3') return -1;
  if (!is_octal(digits[0]) || !is_octal(digits[1]) || !is_octal(digits[2])) return -1;
  return (digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0');
}

}  // namespace

Result<bool> parse_boolean(std::string_view text) {
  const std::string_view word = trim(text);
  if (abbreviates(word, "true", 1) || abbreviates(word, "yes", 1) || abbreviates(word, "on", 2) ||
      word == "1") {
    return true;
  }
  if (abbreviates(word, "false", 1) || abbreviates(word, "no", 1) || abbreviates(word, "off", 2) ||
      word == "0") {
    return false;
  }
  return invalid_syntax("boolean", text);
}

Result<std::string> parse_uuid(std::string_view text) {
  std::string_view rest = text;
  const bool braces = take(rest, '{');
  std::string uuid;
  uuid.reserve(36);
  for (int byte = 0; byte < 16; ++byte) {
    if (rest.size() < 2 || hex_value(rest[0]) < 0 || hex_value(rest[1]) < 0)
      return invalid_syntax("uuid", text);
    uuid += lower_ascii(rest[0]);
    uuid += lower_ascii(rest[1]);
    rest.remove_prefix(2);
    if (byte % 2 == 1 && byte < 15) take(rest, '-');
    if (byte == 3 || byte == 5 || byte == 7 || byte == 9) uuid += '-';
  }
  if ((braces && !take(rest, '}')) || !rest.empty()) return invalid_syntax("uuid", text);
  return uuid;
}

Result<std::string> parse_bytea(std::string_view text) {
  if (text.starts_with("\\x")) return parse_hex_bytes(text.substr(2));
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\\') {
      bytes += text[++i];
    } else {
      const int byte = octal_byte(text.substr(i + 1));
      if (byte < 0) return failure("22P02", "invalid input syntax for type bytea");
      bytes += static_cast<char>(byte);
      i += 3;
    }
  }
  return bytes;
}

void append_bytea(std::string& out, std::string_view bytes) {
  out += "\\x";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
}

Result<std::int64_t> parse_money(std::string_view text) {
  std::string_view rest = trim(text);
  bool negative = take(rest, '(');
  if (take(rest, '-')) negative = true;
  take(rest, '+');
  rest = trim(rest);
  take(rest, '$');
  rest = trim(rest);
  if (take(rest, '-')) negative = true;
  __extension__ using Wide = __int128;
  Wide cents = 0;
  int fraction_digits = -1;
  bool round_up = false;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (is_digit(c)) {
      if (fraction_digits >= 2) {
        if (fraction_digits == 2) round_up = c >= '5';
        ++fraction_digits;
        continue;
      }
      if (fraction_digits >= 0) ++fraction_digits;
      cents = cents * 10 + (c - '0');
      if (cents > static_cast<Wide>(std::numeric_limits<std::int64_t>::max()))
        return out_of_range("money", text);
    } else if (c == '.' && fraction_digits < 0) {
      fraction_digits = 0;
    } else if (c != ',') {
      break;
    }
  }
  for (int i = std::max(fraction_digits, 0); i < 2; ++i) cents *= 10;
  if (round_up) ++cents;
  rest = trim(rest);
  if (take(rest, ')') || take(rest, '-')) negative = true;
  if (!trim(rest).empty()) return invalid_syntax("money", text);
  if (negative) cents = -cents;
  if (cents > std::numeric_limits<std::int64_t>::max() || cents < std::numeric_limits<std::int64_t>::min()) {
    return out_of_range("money", text);
  }
  return static_cast<std::int64_t>(cents);
}

void append_money(std::string& out, std::int64_t cents) {
  auto magnitude = static_cast<std::uint64_t>(cents);
  if (cents < 0) {
    out += '-';
    magnitude = 0 - magnitude;
  }
  out += '$';
  const std::string whole = std::to_string(magnitude / 100);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) out += ',';
    out += whole[i];
  }
  out += '.';
  out += static_cast<char>('0' + magnitude % 100 / 10);
  out += static_cast<char>('0' + magnitude % 10);
}

Result<std::string> parse_bits(const Type& type, std::string_view text) {
  std::string_view rest = text;
  const bool hex = take(rest, 'x') || take(rest, 'X');
  if (!hex && !take(rest, 'b')) take(rest, 'B');
  std::string bits;
  for (const char c : rest) {
    const int digit = hex ? hex_value(c) : (c == '0' || c == '1' ? c - '0' : -1);
    if (digit < 0) {
      return failure("22P02", std::string("\"") + c + "\" is not a valid " +
                                  (hex ? "hexadecimal" : "binary") + " digit");
    }
    for (int bit = hex ? 3 : 0; bit >= 0; --bit) bits += ((digit >> bit) & 1) != 0 ? '1' : '0';
  }
  const int wanted = type.length < 0 && type.kind == Kind::bit ? 1 : type.length;
  const auto size = static_cast<int>(bits.size());
  if (type.kind == Kind::bit && size != wanted) {
    return failure("22026", "bit string length " + std::to_string(size) + " does not match type bit(" +
                                std::to_string(wanted) + ")");
  }
  if (type.kind == Kind::varbit && wanted >= 0 && size > wanted) {
    return failure("22001", "bit string too long for type bit varying(" + std::to_string(wanted) + ")");
  }
  return bits;
}

}  // namespace holdfast::types
