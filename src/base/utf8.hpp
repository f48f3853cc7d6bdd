#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::base {

/// Whether a byte goes on with a sequence rather than beginning one.
constexpr bool continues_utf8(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

/// Length of the well-formed sequence at the front, or 0: also before NUL, which PostgreSQL's text cannot
/// hold.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text);

/// `text` with U+FFFD for every byte that is not part of well-formed UTF-8: what a client sent may stand in
/// the message that refuses it. NUL stays.
[[nodiscard]] std::string well_formed_utf8(std::string_view text);

}  // namespace holdfast::base
