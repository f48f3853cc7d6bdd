#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::types {

// PostgreSQL's string functions over UTF-8; positions and lengths count characters from 1.

/// 22011 for a negative length.
Result<std::string> substring(std::string_view text, std::int64_t start, std::optional<std::int64_t> length);
/// A negative count leaves out that many at the other end.
[[nodiscard]] std::string left_part(std::string_view text, std::int64_t count);
[[nodiscard]] std::string right_part(std::string_view text, std::int64_t count);

enum class Side : std::uint8_t { left, right };
/// lpad(), rpad(): cut where it is longer. 54000 for more than kMostTextBytes.
Result<std::string> pad(std::string_view text, std::int64_t length, std::string_view fill, Side side);
/// 54000 for more than kMostTextBytes.
Result<std::string> repeat(std::string_view text, std::int64_t times);
inline constexpr std::int64_t kMostTextBytes = 1LL << 28;

/// A negative field counts from the end; 22023 for field 0.
Result<std::string> split_part(std::string_view text, std::string_view separator, std::int64_t field);
[[nodiscard]] std::string trim_characters(std::string_view text, std::string_view characters, bool left,
                                          bool right);
[[nodiscard]] std::string reverse_text(std::string_view text);
[[nodiscard]] std::string translate(std::string_view text, std::string_view from, std::string_view to);
/// format(): %s, %I, %L, %%, with positions `%2$s` and widths. 22023, 22004.
Result<std::string> format_text(std::string_view format,
                                const std::vector<std::optional<std::string>>& arguments);

}  // namespace holdfast::types
