#include "records/body.hpp"

namespace holdfast::records {
namespace {

// One field from `at` on; stops at the comma or line end behind it.
Result<std::string> parse_csv_field(std::string_view text, std::size_t& at) {
  std::string field;
  if (at >= text.size() || text[at] != '"') {
    while (at < text.size() && text[at] != ',' && text[at] != '\n' && text[at] != '\r') field += text[at++];
    return field;
  }
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      field += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      field += text[++at];
    } else {
      ++at;
      return field;
    }
  }
  return Error{.code = "PGRST102", .message = "The CSV body ends inside a quoted field"};
}

}  // namespace

Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    std::vector<std::string> fields;
    while (true) {
      HF_TRY(auto field, parse_csv_field(text, at));
      fields.push_back(std::move(field));
      if (at >= text.size() || text[at] != ',') break;
      ++at;
    }
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] != '\n') {
      return Error{.code = "PGRST102",
                   .message = "The CSV body has text behind a quoted field",
                   .details = "line " + std::to_string(lines.size() + 1)};
    }
    ++at;
    lines.push_back(std::move(fields));
  }
  return lines;
}

}  // namespace holdfast::records
