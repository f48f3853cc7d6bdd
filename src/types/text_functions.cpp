#include "types/text_functions.hpp"

#include <algorithm>

#include "types/detail/errors.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    static_cast<void>(next_code_point(text, i));
    characters.push_back(text.substr(begin, i - begin));
  }
  return characters;
}

std::int64_t length_of(std::string_view text) { return static_cast<std::int64_t>(count_characters(text)); }

std::string_view first_characters(std::string_view text, std::int64_t count) {
  return text.substr(0,
                     offset_of_character(text, static_cast<std::size_t>(std::max<std::int64_t>(count, 0))));
}

Error too_long() { return failure("54000", "requested length too large"); }

}  // namespace

Result<std::string> substring(std::string_view text, std::int64_t start, std::optional<std::int64_t> length) {
  if (length && *length < 0) return failure("22011", "negative substring length not allowed");
  std::int64_t end = 0;
  const bool bounded = length && !__builtin_add_overflow(start, *length, &end);
  const std::int64_t from = std::max<std::int64_t>(start, 1);
  if (bounded && end <= from) return std::string();
  const std::size_t first = offset_of_character(text, static_cast<std::size_t>(from - 1));
  const std::string_view rest = text.substr(first);
  return std::string(bounded ? first_characters(rest, end - from) : rest);
}

std::string left_part(std::string_view text, std::int64_t count) {
  return std::string(first_characters(text, count < 0 ? length_of(text) + count : count));
}

std::string right_part(std::string_view text, std::int64_t count) {
  const std::int64_t skipped = count < 0 ? -std::max(count, -length_of(text)) : length_of(text) - count;
  return std::string(text.substr(first_characters(text, skipped).size()));
}

Result<std::string> pad(std::string_view text, std::int64_t length, std::string_view fill, Side side) {
  if (length > kMostTextBytes / 4) return too_long();
  const std::int64_t missing = length - length_of(text);
  if (missing <= 0 || fill.empty()) return std::string(first_characters(text, length));
  const auto characters = characters_of(fill);
  std::string padding;
  for (std::int64_t i = 0; i < missing; ++i)
    padding += characters[static_cast<std::size_t>(i) % characters.size()];
  return side == Side::left ? padding + std::string(text) : std::string(text) + padding;
}

Result<std::string> repeat(std::string_view text, std::int64_t times) {
  if (times <= 0 || text.empty()) return std::string();
  if (times > kMostTextBytes / static_cast<std::int64_t>(text.size())) return too_long();
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(times));
  for (; times > 0; --times) out += text;
  return out;
}

Result<std::string> split_part(std::string_view text, std::string_view separator, std::int64_t field) {
  if (field == 0) return failure("22023", "field position must not be zero");
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (!separator.empty()) {
    const std::size_t at = text.find(separator, begin);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(begin, at - begin));
    begin = at + separator.size();
  }
  parts.push_back(text.substr(begin));
  const auto count = static_cast<std::int64_t>(parts.size());
  const std::int64_t place = field > 0 ? field - 1 : count + field;
  if (place < 0 || place >= count) return std::string();
  return std::string(parts[static_cast<std::size_t>(place)]);
}

std::string trim_characters(std::string_view text, std::string_view set, bool left, bool right) {
  const auto wanted = characters_of(set);
  const auto listed = [&wanted](std::string_view c) {
    return std::find(wanted.begin(), wanted.end(), c) != wanted.end();
  };
  const auto characters = characters_of(text);
  std::size_t first = 0;
  std::size_t end = characters.size();
  while (left && first < end && listed(characters[first])) ++first;
  while (right && end > first && listed(characters[end - 1])) --end;
  std::string out;
  for (; first < end; ++first) out += characters[first];
  return out;
}

std::string reverse_text(std::string_view text) {
  auto characters = characters_of(text);
  std::reverse(characters.begin(), characters.end());
  std::string out;
  for (const auto c : characters) out += c;
  return out;
}

std::string translate(std::string_view text, std::string_view from, std::string_view to) {
  const auto sources = characters_of(from);
  const auto targets = characters_of(to);
  std::string out;
  for (const auto c : characters_of(text)) {
    const auto found = std::find(sources.begin(), sources.end(), c);
    const auto place = static_cast<std::size_t>(found - sources.begin());
    if (found == sources.end()) {
      out += c;
    } else if (place < targets.size()) {
      out += targets[place];
    }
  }
  return out;
}

}  // namespace holdfast::types
