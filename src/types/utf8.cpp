#include "types/utf8.hpp"

#include <cstring>

#include "base/utf8.hpp"
#include "types/detail/errors.hpp"

namespace holdfast::types {
namespace {

/// True when the eight bytes are all ASCII and none is zero.
bool plain_ascii(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t has_zero = (word - 0x0101010101010101ULL) & ~word;
  return ((word | has_zero) & 0x8080808080808080ULL) == 0;
}

}  // namespace

Result<void> check_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size() && plain_ascii(text.data() + i)) {
      i += 8;
      continue;
    }
    const std::size_t length = base::utf8_sequence_length(text.substr(i));
    if (length == 0) {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(text[i]);
      return failure("22021", "invalid byte sequence for encoding \"UTF8\": 0x" +
                                  std::string{kHex[byte >> 4U], kHex[byte & 15U]} + " at byte " +
                                  std::to_string(i));
    }
    i += length;
  }
  return {};
}

std::size_t count_characters(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += base::continues_utf8(static_cast<unsigned char>(c)) ? 0 : 1;
  return n;
}

std::size_t offset_of_character(std::string_view text, std::size_t n) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (base::continues_utf8(static_cast<unsigned char>(text[i]))) continue;
    if (n == 0) return i;
    --n;
  }
  return text.size();
}

std::uint32_t next_code_point(std::string_view text, std::size_t& i) {
  const auto first = static_cast<unsigned char>(text[i++]);
  if (first < 0xC0U) return first;
  std::uint32_t c = first & (first < 0xE0U ? 0x1FU : first < 0xF0U ? 0x0FU : 0x07U);
  while (i < text.size() && base::continues_utf8(static_cast<unsigned char>(text[i]))) {
    c = (c << 6U) | (static_cast<unsigned char>(text[i++]) & 0x3FU);
  }
  return c;
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80U) {
    put(c);
  } else if (c < 0x800U) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000U) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

}  // namespace holdfast::types
