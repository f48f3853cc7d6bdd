#include "types/json_text.hpp"

#include <charconv>
#include <vector>

#include "types/detail/json_reader.hpp"

namespace holdfast::types {

using Part = std::optional<std::string_view>;

Result<Part> json_text_member(std::string_view text, std::string_view key) {
  JsonReader reader(text);
  Part found;
  if (!reader.take('{') || reader.take('}')) return found;
  do {
    std::string name;
    reader.peek();
    HF_CHECK(reader.read_string(name));
    if (!reader.take(':')) return reader.error();
    reader.peek();
    HF_TRY(const auto value, reader.skip_value());
    if (name == key) found = value;
  } while (reader.take(','));
  return found;
}

Result<Part> json_text_item(std::string_view text, std::int64_t index) {
  JsonReader reader(text);
  if (!reader.take('[') || reader.take(']')) return Part{};
  std::vector<std::string_view> items;
  do {
    reader.peek();
    HF_TRY(const auto value, reader.skip_value());
    if (static_cast<std::int64_t>(items.size()) == index) return Part{value};
    items.push_back(value);
  } while (reader.take(','));
  const auto count = static_cast<std::int64_t>(items.size());
  if (index >= 0 || index < -count) return Part{};
  return Part{items[static_cast<std::size_t>(count + index)]};
}

Result<Part> json_text_step(std::string_view text, const std::string& step) {
  if (JsonReader(text).peek() != '[') return json_text_member(text, step);
  std::int64_t index = 0;
  const char* end = step.data() + step.size();
  const auto [at, code] = std::from_chars(step.data(), end, index);
  if (code != std::errc{} || at != end) return Part{};
  return json_text_item(text, index);
}

Result<std::optional<std::string>> json_text_content(std::string_view part) {
  JsonReader reader(part);
  const char first = reader.peek();
  if (first == 'n') return std::optional<std::string>{};
  std::string content(part);
  if (first == '"') {
    content.clear();
    HF_CHECK(reader.read_string(content));
  }
  return std::optional{std::move(content)};
}

}  // namespace holdfast::types
