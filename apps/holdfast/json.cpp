#include "json.hpp"

#include <simdjson.h>

#include "base/json_writer.hpp"

namespace holdfast::cli {
namespace {

namespace dom = simdjson::dom;

Json taken_apart(dom::element element) {
  Json json;
  std::string_view text;
  dom::array items;
  dom::object members;
  if (element.is_null()) return json;
  if (element.get(items) == simdjson::SUCCESS) {
    json.kind = Json::Kind::array;
    json.items.reserve(items.size());
    for (const auto item : items) json.items.push_back(taken_apart(item));
  } else if (element.get(members) == simdjson::SUCCESS) {
    json.kind = Json::Kind::object;
    for (const auto [name, value] : members)
      json.members.push_back({.name = std::string(name), .value = taken_apart(value)});
  } else {
    json.kind = Json::Kind::scalar;
    json.text = element.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(element);
  }
  return json;
}

}  // namespace

Json Json::parse(std::string_view text) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return {};
  return taken_apart(root);
}

const Json& Json::operator[](std::string_view name) const {
  static const Json kNull;
  for (const auto& [key, value] : members)
    if (key == name) return value;
  return kNull;
}

Arguments& Arguments::member(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  base::append_json_string(members_, name);
  (members_ += ':') += json;
  return *this;
}

Arguments& Arguments::text(std::string_view name, std::string_view value) {
  std::string json;
  base::append_json_string(json, value);
  return member(name, json);
}

Arguments& Arguments::number(std::string_view name, long long value) {
  return member(name, std::to_string(value));
}
Arguments& Arguments::flag(std::string_view name, bool value) {
  return member(name, value ? "true" : "false");
}

Arguments& Arguments::texts(std::string_view name, const std::vector<std::string>& values) {
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_array();
  for (const auto& value : values) writer.string(value);
  writer.end_array();
  return member(name, json);
}

}  // namespace holdfast::cli
