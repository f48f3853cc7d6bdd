#include "records/query_template.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast::records {
namespace {

/// In a key, for a value. No query that is divided holds them.
constexpr char kLiteral = '\x1f';
constexpr char kNumber = '\x1e';

enum class Kind : std::uint8_t { text, literal, number };

/// `name=eq.value`: `head` is what the key keeps.
struct Parameter {
  std::string_view name{};
  std::string_view head{};
  std::string_view value{};
  Kind kind = Kind::text;
};

/// What follows these and a point is the value, to its end.
bool is_plain_operator(std::string_view word) {
  constexpr std::array<std::string_view, 8> kPlain{"eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike"};
  return std::ranges::find(kPlain, word) != kPlain.end();
}

bool is_small_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool divide_parameter(std::string_view text, Parameter& into) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  const auto name = text.substr(0, equals);
  const auto value = text.substr(equals + 1);
  if (std::ranges::any_of(name, [](char c) { return c == '%' || c == '+' || c == '"'; })) return false;
  if (name == "limit" || name == "offset") {
    into = {.name = name, .head = {}, .value = value, .kind = Kind::number};
    return is_small_number(value);
  }
  const auto word = name.substr(name.rfind('.') + 1);
  if (name == "select" || word == "order" || word == "limit" || word == "offset") {
    into = {.name = name, .head = value};
    return true;
  }
  if (name == "columns" || name == "on_conflict" || word == "and" || word == "or") return false;
  const auto point = value.find('.');
  if (point == std::string_view::npos || !is_plain_operator(value.substr(0, point))) return false;
  into = {.name = name,
          .head = value.substr(0, point + 1),
          .value = value.substr(point + 1),
          .kind = Kind::literal};
  return true;
}

/// Bytes that a shape uses for itself, plain or encoded: the parser gives such a query no shape.
bool may_hold_control_characters(std::string_view query) {
  if (std::ranges::any_of(query, [](unsigned char c) { return c < 0x20; })) return true;
  return query.find("%0") != std::string_view::npos || query.find("%1") != std::string_view::npos;
}

/// False as soon as `each` gives false, or where a parameter cannot be divided.
template <class Each>
bool for_each_parameter(std::string_view query, const Each& each) {
  Parameter parameter;
  while (!query.empty()) {
    const auto text = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), text.size() + 1));
    if (text.empty()) continue;
    if (!divide_parameter(text, parameter)) return false;
    each(parameter);
  }
  return true;
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

void add(DividedQuery& query, const Parameter& parameter) {
  query.key.append(parameter.name).append(1, '=').append(parameter.head);
  if (parameter.kind != Kind::text) {
    const bool is_literal = parameter.kind == Kind::literal;
    query.key += is_literal ? kLiteral : kNumber;
    query.values.push_back({parameter.value, is_literal});
  }
  query.key += '&';
  if (parameter.kind != Kind::number) return;
  const auto number = number_of(parameter.value);
  if (parameter.name == "limit") {
    query.range.limit = number;
  } else {
    query.range.offset = number;
  }
}

}  // namespace

bool divide_query(std::string_view query, DividedQuery& into) {
  if (may_hold_control_characters(query)) return false;
  into.key.reserve(into.key.size() + query.size() + 1);
  into.values.reserve(8);
  if (!for_each_parameter(query, [&](const Parameter& parameter) { add(into, parameter); })) return false;
  // A range of all rows is none: the statement has no LIMIT.
  if (!into.range.is_all()) into.key += kNumber;
  return true;
}

std::vector<Literal> literals_of(const DividedQuery& query) {
  std::vector<Literal> literals;
  literals.reserve(query.values.size());
  for (const auto& value : query.values) {
    if (value.is_literal) literals.push_back({.text = decode_component(value.text, true), .list = {}});
  }
  return literals;
}

CanonicalTemplate::CanonicalTemplate(std::string_view query) {
  struct Numbered {
    Parameter parameter{};
    int value = -1;
  };
  std::vector<Numbered> parameters;
  int values = 0;
  for_each_parameter(query, [&](const Parameter& parameter) {
    parameters.push_back({parameter, parameter.kind == Kind::text ? -1 : values++});
  });
  std::ranges::stable_sort(parameters, {}, [](const Numbered& n) { return n.parameter.name; });
  for (const auto& [parameter, value] : parameters) {
    Part& part = parts_.emplace_back();
    if (parts_.size() > 1) part.text += '&';
    append_component(part.text, parameter.name);
    part.text += '=';
    append_component(part.text, decode_component(parameter.head, true));
    part.value = value;
  }
}

void CanonicalTemplate::append(std::string& out, const DividedQuery& query) const {
  for (const auto& part : parts_) {
    out += part.text;
    if (part.value < 0) continue;
    const auto text = query.values[static_cast<std::size_t>(part.value)].text;
    const bool is_encoded =
        text.find('%') != std::string_view::npos || text.find('+') != std::string_view::npos;
    if (is_encoded) {
      append_component(out, decode_component(text, true));
    } else {
      append_component(out, text);
    }
  }
}

}  // namespace holdfast::records
