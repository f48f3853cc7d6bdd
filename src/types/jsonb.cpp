#include "types/jsonb.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/json_reader.hpp"
#include "types/detail/scan.hpp"
#include "types/numeric.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

using Kind = JsonValue::Kind;

bool key_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

auto lower_bound(auto& members, std::string_view key) {
  return std::lower_bound(members.begin(), members.end(), key,
                          [](const JsonMember& m, std::string_view k) { return key_before(m.key, k); });
}

/// Sorts by key; of equal keys the last given stays.
void settle(std::vector<JsonMember>& members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const JsonMember& a, const JsonMember& b) { return key_before(a.key, b.key); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i].key == members[i + 1].key) continue;
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
}

Result<JsonValue> read_value(JsonReader& reader, int depth);

Result<JsonValue> read_object(JsonReader& reader, int depth) {
  JsonValue value;
  value.kind = Kind::object;
  reader.take('{');
  if (reader.take('}')) return value;
  do {
    JsonMember& member = value.members.emplace_back();
    HF_CHECK(reader.read_string(member.key));
    if (!reader.take(':')) return reader.error();
    HF_TRY(member.value, read_value(reader, depth + 1));
  } while (reader.take(','));
  if (!reader.take('}')) return reader.error();
  settle(value.members);
  return value;
}

Result<JsonValue> read_array(JsonReader& reader, int depth) {
  JsonValue value;
  value.kind = Kind::array;
  reader.take('[');
  if (reader.take(']')) return value;
  do {
    HF_TRY(JsonValue item, read_value(reader, depth + 1));
    value.items.push_back(std::move(item));
  } while (reader.take(','));
  if (!reader.take(']')) return reader.error();
  return value;
}

Result<JsonValue> read_value(JsonReader& reader, int depth) {
  if (depth > kMostNesting) return nested_too_deeply("the JSON value");
  const char c = reader.peek();
  if (c == '{') return read_object(reader, depth);
  if (c == '[') return read_array(reader, depth);
  JsonValue value;
  if (c == '"') {
    value.kind = Kind::string;
    HF_CHECK(reader.read_string(value.text));
  } else if (c == '-' || is_digit(c)) {
    value.kind = Kind::number;
    HF_TRY(const std::string_view number, reader.read_number());
    HF_TRY(value.text, parse_numeric(number));
  } else {
    HF_TRY(const std::string_view word, reader.read_word());
    value.kind = word == "null" ? Kind::null : Kind::boolean;
    value.truth = word == "true";
  }
  return value;
}

/// Rank of a kind in PostgreSQL's order: Object > Array > Boolean > Number > String > Null.
int rank(Kind kind) {
  switch (kind) {
    case Kind::null:
      return 0;
    case Kind::string:
      return 1;
    case Kind::number:
      return 2;
    case Kind::boolean:
      return 3;
    case Kind::array:
      return 4;
    case Kind::object:
      return 5;
  }
  return 0;
}

template <class Size>
int order_of(Size a, Size b) {
  return a < b ? -1 : static_cast<int>(a > b);
}

int compare_nested(const JsonValue& left, const JsonValue& right);

int compare_arrays(const JsonValue& left, const JsonValue& right) {
  if (left.items.size() != right.items.size()) return order_of(left.items.size(), right.items.size());
  for (std::size_t i = 0; i < left.items.size(); ++i) {
    if (const int order = compare_nested(left.items[i], right.items[i]); order != 0) return order;
  }
  return 0;
}

int compare_objects(const JsonValue& left, const JsonValue& right) {
  if (left.members.size() != right.members.size()) return order_of(left.members.size(), right.members.size());
  for (std::size_t i = 0; i < left.members.size(); ++i) {
    const JsonMember& a = left.members[i];
    const JsonMember& b = right.members[i];
    if (a.key != b.key) return order_of(a.key.compare(b.key), 0);
    if (const int order = compare_nested(a.value, b.value); order != 0) return order;
  }
  return 0;
}

/// Values inside a container, by kind first.
int compare_nested(const JsonValue& left, const JsonValue& right) {
  if (left.kind != right.kind) return order_of(rank(left.kind), rank(right.kind));
  switch (left.kind) {
    case Kind::null:
      return 0;
    case Kind::boolean:
      return order_of(static_cast<int>(left.truth), static_cast<int>(right.truth));
    case Kind::number:
      return compare_numeric(left.text, right.text);
    case Kind::string:
      return order_of(left.text.compare(right.text), 0);
    case Kind::array:
      return compare_arrays(left, right);
    case Kind::object:
      return compare_objects(left, right);
  }
  return 0;
}

bool is_empty_array(const JsonValue& value) { return value.kind == Kind::array && value.items.empty(); }

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = lower_bound(members, key);
  return found != members.end() && found->key == key ? &found->value : nullptr;
}

void JsonValue::set(std::string_view key, JsonValue value) {
  const auto found = lower_bound(members, key);
  if (found != members.end() && found->key == key) {
    found->value = std::move(value);
  } else {
    members.insert(found, JsonMember{std::string(key), std::move(value)});
  }
}

void JsonValue::erase(std::string_view key) {
  const auto found = lower_bound(members, key);
  if (found != members.end() && found->key == key) members.erase(found);
}

Result<JsonValue> parse_jsonb(std::string_view text) {
  HF_CHECK(check_utf8(text));
  JsonReader reader(text);
  HF_TRY(JsonValue value, read_value(reader, 0));
  HF_CHECK(reader.finish());
  return value;
}

Result<void> check_json(std::string_view text) {
  HF_CHECK(check_utf8(text));
  JsonReader reader(text);
  HF_CHECK(reader.skip_value());
  return reader.finish();
}

void append_jsonb(std::string& out, const JsonValue& value) {
  switch (value.kind) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.truth ? "true" : "false";
      return;
    case Kind::number:
      out += value.text;
      return;
    case Kind::string:
      base::append_json_string(out, value.text);
      return;
    case Kind::array:
      out += '[';
      for (const auto& item : value.items) {
        if (&item != &value.items.front()) out += ',';
        append_jsonb(out, item);
      }
      out += ']';
      return;
    case Kind::object:
      out += '{';
      for (const auto& member : value.members) {
        if (&member != &value.members.front()) out += ',';
        base::append_json_string(out, member.key);
        out += ':';
        append_jsonb(out, member.value);
      }
      out += '}';
      return;
  }
}

std::string to_string(const JsonValue& value) {
  std::string out;
  append_jsonb(out, value);
  return out;
}

void append_spaced_json(std::string& out, std::string_view canonical) {
  bool in_string = false;
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    const char c = canonical[i];
    out += c;
    if (in_string) {
      if (c == '\\' && i + 1 < canonical.size()) out += canonical[++i];
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ',' || c == ':') {
      out += ' ';
    }
  }
}

int compare_jsonb(const JsonValue& left, const JsonValue& right) {
  // A scalar at the top is kept as an array of one, so an empty array goes before it.
  if (is_empty_array(left) && !right.is_container()) return -1;
  if (is_empty_array(right) && !left.is_container()) return 1;
  return compare_nested(left, right);
}

}  // namespace holdfast::types
