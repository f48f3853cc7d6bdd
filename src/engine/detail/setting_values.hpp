#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::engine::detail {

/// `4096`, `16KiB`, `16MiB`, `1GiB`: bytes. Nothing where the text is none of these or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
/// `500ms`, `30s`, `5m`, `1h`, `7d`.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`.
[[nodiscard]] std::optional<bool> parse_switch(std::string_view text);
/// `127.0.0.1:8420`, `[::1]:8420`, `localhost:0`.
[[nodiscard]] bool is_listen_address(std::string_view text);
/// How many letters must be added, taken away, replaced or swapped to turn one into the other.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

}  // namespace holdfast::engine::detail
