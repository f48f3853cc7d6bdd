#include "base/utf8.hpp"

namespace holdfast::base {
std::size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80U) return 1;
  if (first < 0xC2U || !continues_utf8(byte(1))) return 0;
  if (first < 0xE0U) return 2;
  if (!continues_utf8(byte(2))) return 0;
  if (first < 0xF0U) {
    const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = first == 0xEDU && byte(1) > 0x9FU;
    return overlong || surrogate ? 0 : 3;
  }
  const bool overlong = first == 0xF0U && byte(1) < 0x90U;
  const bool beyond = first > 0xF4U || (first == 0xF4U && byte(1) > 0x8FU);
  return overlong || beyond || !continues_utf8(byte(3)) ? 0 : 4;
}

std::string well_formed_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = text.front() == '\0' ? 1 : utf8_sequence_length(text);
    out += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace holdfast::base
