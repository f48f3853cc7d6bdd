#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace holdfast::text::detail {

// PostgreSQL's limits.
constexpr std::size_t kLongestWord = 2046;               ///< bytes of one lexeme
constexpr std::size_t kMostPositions = 255;              ///< of one lexeme
constexpr std::uint16_t kLastPosition = 16383;           ///< later ones are counted as this
constexpr int kLongestDistance = 16384;                  ///< of a phrase operator
constexpr std::size_t kLargestVector = (1U << 20U) - 1;  ///< bytes of words and positions

/// A lexeme in its text form: in quotes, with quotes and backslashes doubled.
void append_quoted(std::string& out, const std::string& word);

}  // namespace holdfast::text::detail
