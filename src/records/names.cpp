#include "records/names.hpp"

namespace holdfast::records {
namespace {

bool is_name_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ' ||
         c == '$' || byte >= 0x80;
}

bool is_json_key_character(char c) { return std::string_view("(-:.,>)").find(c) == std::string_view::npos; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Parts joined by dashes; `->` is no dash.
Result<std::string> parse_dashed(Cursor& cursor, bool (*accepts)(char), std::string_view expected) {
  std::string name;
  while (true) {
    const std::size_t start = cursor.position();
    while (!cursor.at_end() && accepts(cursor.peek())) cursor.take();
    if (cursor.position() == start) return cursor.expected(expected);
    name += trim(cursor.since(start));
    if (cursor.peek() != '-' || cursor.looking_at("->")) return name;
    name += cursor.take();
  }
}

bool ends_json_index(const Cursor& cursor) {
  const char next = cursor.peek();
  return cursor.at_end() || cursor.looking_at("->") || cursor.looking_at("::") || next == '.' ||
         next == ',' || next == ')';
}

bool parse_json_index(Cursor& cursor, JsonStep& step) {
  const std::size_t start = cursor.position();
  cursor.accept("-");
  const std::size_t digits = cursor.position();
  while (is_digit(cursor.peek())) cursor.take();
  if (cursor.position() == digits || cursor.position() - digits > 9 || !ends_json_index(cursor)) {
    cursor.back_to(start);
    return false;
  }
  step.is_index = true;
  step.key = cursor.since(start);
  return true;
}

}  // namespace

Result<std::string> parse_quoted(Cursor& cursor) {
  std::string text;
  if (!cursor.accept("\"")) return cursor.expected("\"\\\"\"");
  while (!cursor.at_end()) {
    const char c = cursor.take();
    if (c == '"') return text;
    if (c == '\\' && !cursor.at_end()) {
      text += cursor.take();
    } else {
      text += c;
    }
  }
  return cursor.expected("a closing quote");
}

Result<std::string> parse_name(Cursor& cursor) {
  if (cursor.peek() == '"') return parse_quoted(cursor);
  return parse_dashed(cursor, is_name_character, "field name (* or [a..z0..9_$])");
}

Result<std::string> parse_identifier(Cursor& cursor) {
  const std::size_t start = cursor.position();
  while (!cursor.at_end() && is_name_character(cursor.peek())) cursor.take();
  if (cursor.position() == start) return cursor.expected("letter or digit");
  return std::string(trim(cursor.since(start)));
}

Result<std::vector<JsonStep>> parse_json_path(Cursor& cursor) {
  std::vector<JsonStep> path;
  while (cursor.looking_at("->")) {
    JsonStep step;
    step.as_text = cursor.accept("->>");
    if (!step.as_text) cursor.accept("->");
    if (!parse_json_index(cursor, step)) {
      constexpr std::string_view kExpected =
          "\"-\", digit or any non reserved character different from: .,>()";
      HF_TRY(step.key, cursor.peek() == '"' ? parse_quoted(cursor)
                                            : parse_dashed(cursor, is_json_key_character, kExpected));
    }
    path.push_back(std::move(step));
  }
  return path;
}

Result<Field> parse_field(Cursor& cursor) {
  Field field;
  cursor.skip_blanks();
  HF_TRY(field.name, parse_name(cursor));
  HF_TRY(field.path, parse_json_path(cursor));
  cursor.skip_blanks();
  return field;
}

Result<std::vector<std::string>> parse_columns(std::string_view text, std::string_view parameter) {
  Cursor cursor(text, std::string(parameter) + " parameter (" + std::string(text) + ")");
  std::vector<std::string> columns;
  do {
    cursor.skip_blanks();
    HF_TRY(auto name, parse_name(cursor));
    columns.push_back(std::move(name));
    cursor.skip_blanks();
  } while (cursor.accept(","));
  if (!cursor.at_end()) return cursor.expected("\",\" or end of input");
  return columns;
}

}  // namespace holdfast::records
