#include "records/body.hpp"

#include <simdjson.h>

#include <algorithm>

namespace holdfast::records {
namespace {

Error invalid_body(std::string message) { return {.code = "PGRST102", .message = std::move(message)}; }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The value's own text: json columns keep the spacing that they were sent with.
Cell cell_of(simdjson::ondemand::value value) {
  std::string_view raw;
  switch (value.type().value_unsafe()) {
    case simdjson::ondemand::json_type::object:
      raw = value.get_object().value_unsafe().raw_json().value_unsafe();
      break;
    case simdjson::ondemand::json_type::array:
      raw = value.get_array().value_unsafe().raw_json().value_unsafe();
      break;
    default:
      raw = trim(value.raw_json_token());
  }
  if (raw == "null") return {.kind = Cell::Kind::null};
  return {.kind = Cell::Kind::json, .text = std::string(raw)};
}

class JsonRows {
 public:
  JsonRows(Payload& payload, bool columns_chosen) : payload_(payload), columns_chosen_(columns_chosen) {}

  Result<void> add(simdjson::ondemand::object object) {
    if (payload_.rows.empty() && !columns_chosen_) {
      HF_CHECK(collect_columns(object));
      object.reset().value_unsafe();
    }
    std::vector<Cell> row(payload_.columns.size());
    std::size_t keys = 0;
    for (auto field : object) {
      const std::string_view key = field.unescaped_key().value_unsafe();
      const auto column = std::ranges::find(payload_.columns, key);
      if (column == payload_.columns.end()) {
        if (!columns_chosen_) return mismatch();
        continue;
      }
      Cell& cell = row[static_cast<std::size_t>(column - payload_.columns.begin())];
      if (cell.kind == Cell::Kind::absent) ++keys;
      cell = cell_of(field.value().value_unsafe());
    }
    if (!columns_chosen_ && keys != payload_.columns.size()) return mismatch();
    payload_.rows.push_back(std::move(row));
    return {};
  }

 private:
  static Error mismatch() { return invalid_body("All object keys must match"); }

  Result<void> collect_columns(simdjson::ondemand::object& object) {
    for (auto field : object) payload_.columns.emplace_back(field.unescaped_key().value_unsafe());
    std::ranges::sort(payload_.columns);
    const auto repeated = std::ranges::unique(payload_.columns);
    payload_.columns.erase(repeated.begin(), repeated.end());
    return {};
  }

  Payload& payload_;
  bool columns_chosen_;
};

// What a thread keeps for the next body is small.
constexpr std::size_t kKeptBytes = 64U << 10U;

// Parsers and the padded copy that they read: making them costs more than reading a small body.
struct Reader {
  std::string padded;
  simdjson::dom::parser checker;
  simdjson::ondemand::parser parser;
};

// The DOM pass refuses what is no JSON at all, so that the on-demand pass need not look for errors.
Result<void> parse_json(Reader& reader, std::string_view body, Payload& payload, bool columns_chosen) {
  reader.padded.assign(body).append(simdjson::SIMDJSON_PADDING, '\0');
  const simdjson::padded_string_view padded(reader.padded.data(), body.size(), reader.padded.size());
  if (body.empty() || reader.checker.parse(padded).error() != simdjson::SUCCESS) {
    // With columns= PostgREST hands the body on unread, and PostgreSQL refuses it.
    if (columns_chosen) return Error{.code = "22P02", .message = "invalid input syntax for type json"};
    return invalid_body("Empty or invalid json");
  }
  // The tree may be fifteen times as large as the text.
  if (body.size() > kKeptBytes) reader.checker = simdjson::dom::parser();
  auto document = reader.parser.iterate(padded);
  const auto type = document.type().value_unsafe();
  JsonRows rows(payload, columns_chosen);
  if (type == simdjson::ondemand::json_type::object) {
    payload.is_object = true;
    return rows.add(document.get_object().value_unsafe());
  }
  if (type != simdjson::ondemand::json_type::array) return {};
  auto elements = document.get_array().value_unsafe();
  for (auto element : elements) {
    simdjson::ondemand::object object;
    if (element.get_object().get(object) != simdjson::SUCCESS)
      return invalid_body("All object keys must match");
    HF_CHECK(rows.add(object));
  }
  return {};
}

Result<void> parse_json(std::string_view body, Payload& payload, bool columns_chosen) {
  thread_local Reader kept;
  if (body.size() <= kKeptBytes) return parse_json(kept, body, payload, columns_chosen);
  Reader once;
  return parse_json(once, body, payload, columns_chosen);
}

Result<void> parse_csv_rows(std::string_view body, Payload& payload, bool columns_chosen) {
  HF_TRY(auto lines, parse_csv(body));
  if (lines.empty()) return invalid_body("The CSV body has no header line");
  const auto header = lines.front();
  if (!columns_chosen) payload.columns = header;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].size() != header.size()) return invalid_body("All lines must have same number of fields");
    std::vector<Cell> row(payload.columns.size());
    for (std::size_t c = 0; c < payload.columns.size(); ++c) {
      const auto at = std::ranges::find(header, payload.columns[c]);
      if (at == header.end()) continue;
      std::string& text = lines[i][static_cast<std::size_t>(at - header.begin())];
      row[c] = text == "NULL" ? Cell{.kind = Cell::Kind::null}
                              : Cell{.kind = Cell::Kind::text, .text = std::move(text)};
    }
    payload.rows.push_back(std::move(row));
  }
  return {};
}

void parse_form(std::string_view body, Payload& payload, bool columns_chosen) {
  payload.is_object = true;
  std::vector<Cell> row(payload.columns.size());
  while (!body.empty()) {
    const auto end = body.find('&');
    const auto piece = body.substr(0, end);
    body = end == std::string_view::npos ? std::string_view{} : body.substr(end + 1);
    const auto equals = std::min(piece.find('='), piece.size());
    const std::string name = decode_component(piece.substr(0, equals), true);
    auto at = std::ranges::find(payload.columns, name);
    if (at == payload.columns.end()) {
      if (columns_chosen || piece.empty()) continue;
      at = payload.columns.insert(at, name);
      row.emplace_back();
    }
    const auto value = equals < piece.size() ? piece.substr(equals + 1) : std::string_view{};
    row[static_cast<std::size_t>(at - payload.columns.begin())] = {.kind = Cell::Kind::text,
                                                                   .text = decode_component(value, true)};
  }
  payload.rows.push_back(std::move(row));
}

}  // namespace

Result<Payload> parse_payload(const Request& request, std::string_view body) {
  Payload payload;
  const bool columns_chosen = request.query.columns.has_value() && request.action != Action::upsert_one;
  if (columns_chosen) payload.columns = *request.query.columns;
  switch (request.content_type.kind) {
    case MediaType::Kind::json:
    case MediaType::Kind::any:
      if (request.action == Action::call && trim(body).empty()) body = "{}";
      HF_CHECK(parse_json(body, payload, columns_chosen));
      return payload;
    case MediaType::Kind::csv:
      HF_CHECK(parse_csv_rows(body, payload, columns_chosen));
      return payload;
    case MediaType::Kind::form:
      parse_form(body, payload, columns_chosen);
      return payload;
    default:
      return invalid_body("Content-Type not acceptable: " + request.content_type.text);
  }
}

}  // namespace holdfast::records
