#include "records/request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "records/names.hpp"

namespace holdfast::records {
namespace {

struct Parameter {
  std::string name;
  std::string value;
  bool has_value = true;
};

std::string_view last_word(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::vector<Parameter> split_parameters(std::string_view query) {
  std::vector<Parameter> parameters;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const bool has_value = equals != std::string_view::npos;
    parameters.push_back({decode_component(piece.substr(0, equals), true),
                          has_value ? decode_component(piece.substr(equals + 1), true) : std::string{},
                          has_value});
  }
  return parameters;
}

std::string canonical(std::vector<Parameter> parameters) {
  std::ranges::stable_sort(parameters, {}, &Parameter::name);
  std::string out;
  for (const auto& parameter : parameters) {
    if (!out.empty()) out += '&';
    append_component(out, parameter.name);
    out += '=';
    append_component(out, parameter.value);
  }
  return out;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Separators of a shape. Text that could hold one of them gets no shape.
constexpr char kParameter = '\x1d';
constexpr char kValue = '\x1e';

bool has_control_characters(std::string_view query) {
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (static_cast<unsigned char>(query[i]) < 0x20) return true;
    if (query[i] == '%' && i + 1 < query.size() && (query[i + 1] == '0' || query[i + 1] == '1')) return true;
  }
  return false;
}

class QueryParser {
 public:
  explicit QueryParser(bool is_call) : is_call_(is_call) {}

  Result<Query> parse(std::string_view text) {
    const auto parameters = split_parameters(text);
    query_.canonical = canonical(parameters);
    for (const auto& parameter : parameters) {
      if (parameter.has_value) HF_CHECK(take(parameter));
    }
    if (has_control_characters(text)) query_.shape.clear();
    return std::move(query_);
  }

 private:
  Result<void> take(const Parameter& parameter) {
    const auto& [name, value, has_value] = parameter;
    if (name == "select" || name == "columns" || name == "on_conflict") return take_list(name, value);
    const auto word = last_word(name);
    if (word == "order") return take_order(name, value);
    if (word == "limit" || word == "offset") return take_range(name, word, value);
    if (word == "and" || word == "or") return take_logic(name, value);
    return take_filter(name, value);
  }

  void add_shape(std::string_view name, std::string_view value) {
    query_.shape.append(1, kParameter).append(name).append(1, kValue).append(value);
  }

  // The first of several counts.
  Result<void> take_list(std::string_view name, std::string_view value) {
    add_shape(name, value);
    if (name == "select") {
      if (has_select_) return {};
      has_select_ = true;
      HF_TRY(query_.select, parse_select(value));
      return {};
    }
    auto& list = name == "columns" ? query_.columns : query_.on_conflict;
    if (list.has_value()) return {};
    HF_TRY(list, parse_columns(value, name));
    return {};
  }

  // `a.b.order` -> {a, b}.
  Result<std::vector<std::string>> parse_path(std::string_view name) {
    std::vector<std::string> path;
    Cursor cursor(name, "tree path (" + std::string(name) + ")");
    do {
      HF_TRY(auto step, parse_name(cursor));
      path.push_back(std::move(step));
    } while (cursor.accept("."));
    if (!cursor.at_end()) return cursor.expected("delimiter (.) or end of input");
    path.pop_back();
    return path;
  }

  Result<void> take_order(std::string_view name, std::string_view value) {
    add_shape(name, value);
    HF_TRY(auto path, parse_path(name));
    HF_TRY(auto terms, parse_order(value));
    query_.orders.push_back({std::move(path), std::move(terms)});
    return {};
  }

  Result<void> take_range(std::string_view name, std::string_view word, std::string_view value) {
    HF_TRY(auto path, parse_path(name));
    auto at = std::ranges::find(query_.ranges, path, &At<Range>::path);
    if (at == query_.ranges.end()) at = query_.ranges.insert(at, {path, {}});
    const auto number = parse_integer(value);
    if (!number.has_value()) return {};
    if (word == "limit") {
      at->value.limit = number;
    } else {
      at->value.offset = *number;
    }
    // Ranges of embedded resources stand in the statement's text.
    if (!path.empty()) add_shape(name, value);
    return {};
  }

  Result<void> take_logic(std::string_view name, std::string_view value) {
    add_shape(name, "");
    HF_TRY(auto path, parse_path(name));
    std::string operation;
    if (!path.empty() && path.back() == "not") {
      operation = "not.";
      path.pop_back();
    }
    operation += last_word(name);
    HF_TRY(auto condition, parse_logic(operation, value, {query_.literals, query_.shape}));
    query_.conditions.push_back({std::move(path), std::move(condition)});
    return {};
  }

  Result<void> take_filter(std::string_view name, std::string_view value) {
    Cursor cursor(name, "tree path (" + std::string(name) + ")");
    std::vector<std::string> path;
    Field field;
    do {
      cursor.skip_blanks();
      HF_TRY(auto step, parse_name(cursor));
      path.push_back(std::move(step));
    } while (cursor.accept("."));
    HF_TRY(field.path, parse_json_path(cursor));
    if (!cursor.at_end()) return cursor.expected("delimiter (.), \"->\" or end of input");
    field.name = std::move(path.back());
    path.pop_back();

    const std::string before = query_.shape;
    add_shape(name, "");
    auto filter = parse_filter(value, {query_.literals, query_.shape});
    if (!filter.ok()) {
      if (!is_call_) return filter.error();
      query_.shape = before + kParameter + std::string(name);
      query_.arguments.emplace_back(field.name, value);
      return {};
    }
    Condition condition;
    condition.filter = *std::move(filter);
    condition.filter.field = std::move(field);
    query_.conditions.push_back({std::move(path), std::move(condition)});
    return {};
  }

  bool is_call_;
  bool has_select_ = false;
  Query query_;
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

constexpr std::array<bool, 256> kUnreserved = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[static_cast<std::size_t>(c)] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                         (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
                                         c == '~';
  }
  return table;
}();
bool is_unreserved(char c) { return kUnreserved[static_cast<unsigned char>(c)]; }

}  // namespace

void append_component(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  while (true) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_unreserved) - text.begin());
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[plain]);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
    text.remove_prefix(plain + 1);
  }
}

std::string decode_component(std::string_view text, bool plus_is_space) {
  if (!contains(text, '%') && !(plus_is_space && contains(text, '+'))) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escaped) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Result<Query> parse_query(std::string_view query, bool is_call) { return QueryParser(is_call).parse(query); }

}  // namespace holdfast::records
