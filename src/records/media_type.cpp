#include "records/media_type.hpp"

#include <algorithm>
#include <charconv>

namespace holdfast::records {
namespace {

using Kind = MediaType::Kind;

struct Known {
  std::string_view name;
  Kind kind;
};
constexpr Known kKnown[] = {
    {"*/*", Kind::any},
    {"application/json", Kind::json},
    {"application/vnd.pgrst.object+json", Kind::json_object},
    {"application/vnd.pgrst.object", Kind::json_object},
    {"application/vnd.pgrst.array+json", Kind::json_array},
    {"application/vnd.pgrst.array", Kind::json_array},
    {"text/csv", Kind::csv},
    {"application/x-www-form-urlencoded", Kind::form},
    {"text/plain", Kind::text},
    {"application/octet-stream", Kind::octets},
    {"text/xml", Kind::xml},
    {"application/openapi+json", Kind::openapi},
};

std::string lower_trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// The next piece up to `separator`; `rest` becomes what follows it.
std::string_view split(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto piece = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return piece;
}

double quality(std::string_view text) {
  split(text, ';');
  while (!text.empty()) {
    const std::string parameter = lower_trimmed(split(text, ';'));
    if (!parameter.starts_with("q=")) continue;
    double q = 1;
    std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), q);
    return q;
  }
  return 1;
}

}  // namespace

MediaType parse_media_type(std::string_view text) {
  MediaType type;
  type.text = lower_trimmed(text);
  std::string_view rest = text;
  const std::string name = lower_trimmed(split(rest, ';'));
  const auto* known = std::ranges::find(kKnown, name, &Known::name);
  type.kind = known == std::end(kKnown) ? Kind::other : known->kind;
  while (!rest.empty()) {
    if (lower_trimmed(split(rest, ';')) == "nulls=stripped") type.strip_nulls = true;
  }
  // An array whose nulls stay is plain JSON.
  if (type.kind == Kind::json_array && !type.strip_nulls) type.kind = Kind::json;
  if (type.kind != Kind::json_array && type.kind != Kind::json_object) type.strip_nulls = false;
  return type;
}

std::vector<MediaType> parse_accept(std::string_view header) {
  std::vector<std::pair<double, MediaType>> weighted;
  while (!header.empty()) {
    const auto piece = split(header, ',');
    if (!lower_trimmed(piece).empty()) weighted.emplace_back(quality(piece), parse_media_type(piece));
  }
  if (weighted.empty()) return {{.kind = Kind::any, .text = "*/*"}};
  std::ranges::stable_sort(weighted, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<MediaType> types;
  for (auto& [q, type] : weighted) types.push_back(std::move(type));
  return types;
}

std::string content_type(const MediaType& type) {
  const std::string nulls = type.strip_nulls ? ";nulls=stripped" : "";
  switch (type.kind) {
    case Kind::json_object:
      return "application/vnd.pgrst.object+json" + nulls + "; charset=utf-8";
    case Kind::json_array:
      return "application/vnd.pgrst.array+json" + nulls + "; charset=utf-8";
    case Kind::csv:
      return "text/csv; charset=utf-8";
    case Kind::text:
      return "text/plain; charset=utf-8";
    case Kind::octets:
      return "application/octet-stream";
    case Kind::xml:
      return "text/xml; charset=utf-8";
    case Kind::openapi:
      return "application/openapi+json; charset=utf-8";
    default:
      return "application/json; charset=utf-8";
  }
}

}  // namespace holdfast::records
