#include "server/http.hpp"

#include <algorithm>
#include <cctype>

#include "base/error_codes.hpp"
#include "base/json_writer.hpp"

namespace holdfast::server {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_digit(text[i + 1]) : -1;
    const int low = escape ? hex_digit(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

void write_text_or_null(base::JsonWriter& json, std::string_view text) {
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

}  // namespace

std::string_view HttpRequest::path() const {
  const std::string_view whole = target;
  return whole.substr(0, whole.find('?'));
}

std::string_view HttpRequest::query() const {
  const std::string_view whole = target;
  const auto mark = whole.find('?');
  return mark == std::string_view::npos ? std::string_view{} : whole.substr(mark + 1);
}

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found =
      std::ranges::find(headers, name, [](const auto& h) -> std::string_view { return h.first; });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& h) { return equal_ignoring_case(h.first, name); });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

HttpResponse error_answer(const Error& error, bool anonymous) {
  HttpResponse answer;
  answer.status = base::http_status(error.code, anonymous);
  answer.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  if (answer.status == 401) answer.headers.emplace_back("WWW-Authenticate", base::www_authenticate(error));
  base::JsonWriter json(answer.body);
  json.begin_object().key("code").string(error.code).key("message").string(error.message).key("details");
  write_text_or_null(json, error.details);
  json.key("hint");
  write_text_or_null(json, error.hint);
  json.end_object();
  return answer;
}

HttpResponse json_answer(std::string json) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = std::move(json)};
}

std::string_view take_part(std::string_view& rest, char separator) {
  auto part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  const auto first = part.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return part.substr(first, part.find_last_not_of(" \t") - first + 1);
}

std::optional<bool> list_takes(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    auto parameters = take_part(list, ',');
    if (!equal_ignoring_case(take_part(parameters, ';'), name)) continue;
    while (!parameters.empty()) {
      const auto parameter = take_part(parameters, ';');
      const bool weight = parameter.starts_with("q=") || parameter.starts_with("Q=");
      if (weight) return parameter.find_first_of("123456789", 2) != std::string_view::npos;
    }
    return true;
  }
  return std::nullopt;
}

std::vector<std::string> query_parameters(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    values.push_back(equals == std::string_view::npos ? std::string{}
                                                      : percent_decoded(pair.substr(equals + 1)));
  }
  return values;
}

std::string query_parameter(std::string_view query, std::string_view name) {
  auto values = query_parameters(query, name);
  return values.empty() ? std::string{} : std::move(values.front());
}

}  // namespace holdfast::server
