#include "types/text_encoding.hpp"

#include <cstdint>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Lines of 76 characters, as MIME and PostgreSQL have them.
std::string to_base64(std::string_view bytes) {
  constexpr std::size_t kLine = 76;
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t taken = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | (k < taken ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= taken ? kBase64[(group >> (18 - 6 * k)) & 63U] : '=';
    column += 4;
    if (column >= kLine && i + 3 < bytes.size()) {
      out += '\n';
      column = 0;
    }
  }
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    const std::size_t value = kBase64.find(c);
    if (c == '=' && digits >= 2) {
      ++padding;
    } else if (value == std::string_view::npos || padding > 0) {
      return failure("22023",
                     std::string("invalid symbol \"") + c + "\" found while decoding base64 sequence");
    }
    group = (group << 6U) | static_cast<std::uint32_t>(c == '=' ? 0 : value);
    if (++digits < 4) continue;
    for (int k = 0; k < 3 - padding; ++k) out += static_cast<char>((group >> (16 - 8 * k)) & 0xFFU);
    group = 0;
    digits = 0;
  }
  if (digits != 0) return failure("22023", "invalid base64 end sequence");
  return out;
}

std::string to_escapes(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0 || byte >= 0x80U) {
      out += '\\';
      out += static_cast<char>('0' + (byte >> 6U));
      out += static_cast<char>('0' + ((byte >> 3U) & 7U));
      out += static_cast<char>('0' + (byte & 7U));
    } else {
      if (c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

Error unknown(std::string_view format) {
  return failure("22023", "unrecognized encoding: \"" + std::string(format) + '"');
}

}  // namespace

Result<std::string> encode_bytes(std::string_view bytes, std::string_view format) {
  if (equal_ignoring_case(format, "base64")) return to_base64(bytes);
  if (equal_ignoring_case(format, "escape")) return to_escapes(bytes);
  if (!equal_ignoring_case(format, "hex")) return unknown(format);
  std::string out;
  append_bytea(out, bytes);
  return out.substr(2);
}

Result<std::string> decode_bytes(std::string_view text, std::string_view format) {
  if (equal_ignoring_case(format, "base64")) return from_base64(text);
  if (equal_ignoring_case(format, "hex")) return parse_bytea("\\x" + std::string(text));
  if (!equal_ignoring_case(format, "escape")) return unknown(format);
  if (text.starts_with("\\x")) return failure("22P02", "invalid input syntax for type bytea");
  return parse_bytea(text);
}

}  // namespace holdfast::types
