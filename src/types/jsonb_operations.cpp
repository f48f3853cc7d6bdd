#include "types/jsonb_operations.hpp"

#include <algorithm>
#include <charconv>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

using Kind = JsonValue::Kind;

/// An index as a path step gives it.
std::optional<std::int64_t> index_of(std::string_view step) {
  std::string_view digits = trim(step);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t index = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, index);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return index;
}

std::int64_t size_of(const JsonValue& array) { return static_cast<std::int64_t>(array.items.size()); }

/// From the end where negative; may lie outside.
std::int64_t place_of(const JsonValue& array, std::int64_t index) {
  return index < 0 ? index + size_of(array) : index;
}

bool contains_item(const JsonValue& array, const JsonValue& wanted) {
  return std::any_of(array.items.begin(), array.items.end(), [&wanted](const JsonValue& item) {
    if (item.is_container() != wanted.is_container()) return false;
    return item.is_container() ? json_contains(item, wanted) : compare_jsonb(item, wanted) == 0;
  });
}

bool is_empty(const JsonValue& container) { return container.items.empty() && container.members.empty(); }

Error scalar_error(std::string_view what) { return failure("22023", "cannot " + std::string(what)); }

Error not_an_index(std::size_t step, const std::string& text) {
  return failure("22P02", "path element at position " + std::to_string(step + 1) + " is not an integer: \"" +
                              text + '"');
}

Result<void> set_in(JsonValue& value, const std::vector<std::string>& path, std::size_t step,
                    JsonValue& replacement, bool create);

Result<void> set_in_array(JsonValue& value, const std::vector<std::string>& path, std::size_t step,
                          JsonValue& replacement, bool create) {
  const auto index = index_of(path[step]);
  if (!index) return not_an_index(step, path[step]);
  const std::int64_t place = place_of(value, *index);
  const bool last = step + 1 == path.size();
  if (place >= 0 && place < size_of(value)) {
    JsonValue& item = value.items[static_cast<std::size_t>(place)];
    if (!last) return set_in(item, path, step + 1, replacement, create);
    item = std::move(replacement);
  } else if (last && create) {
    value.items.insert(place < 0 ? value.items.begin() : value.items.end(), std::move(replacement));
  }
  return {};
}

Result<void> set_in(JsonValue& value, const std::vector<std::string>& path, std::size_t step,
                    JsonValue& replacement, bool create) {
  const bool last = step + 1 == path.size();
  if (value.kind == Kind::array) return set_in_array(value, path, step, replacement, create);
  if (value.kind != Kind::object) return {};
  auto* member = const_cast<JsonValue*>(value.find(path[step]));
  if (member == nullptr) {
    if (last && create) value.set(path[step], std::move(replacement));
    return {};
  }
  if (!last) return set_in(*member, path, step + 1, replacement, create);
  *member = std::move(replacement);
  return {};
}

Result<void> delete_in(JsonValue& value, const std::vector<std::string>& path, std::size_t step) {
  const bool last = step + 1 == path.size();
  if (value.kind == Kind::object) {
    auto* member = const_cast<JsonValue*>(value.find(path[step]));
    if (member == nullptr) return {};
    if (!last) return delete_in(*member, path, step + 1);
    value.erase(path[step]);
  } else if (value.kind == Kind::array) {
    const auto index = index_of(path[step]);
    if (!index) return not_an_index(step, path[step]);
    const std::int64_t place = place_of(value, *index);
    if (place < 0 || place >= size_of(value)) return {};
    if (!last) return delete_in(value.items[static_cast<std::size_t>(place)], path, step + 1);
    value.items.erase(value.items.begin() + place);
  }
  return {};
}

void append_items(JsonValue& array, JsonValue value) {
  if (value.kind != Kind::array) {
    array.items.push_back(std::move(value));
    return;
  }
  for (auto& item : value.items) array.items.push_back(std::move(item));
}

}  // namespace

const JsonValue* json_member(const JsonValue& value, std::string_view key) {
  return value.kind == Kind::object ? value.find(key) : nullptr;
}

const JsonValue* json_item(const JsonValue& value, std::int64_t index) {
  // A scalar is kept as an array of one, and PostgreSQL lets it show.
  if (!value.is_container()) return index == 0 || index == -1 ? &value : nullptr;
  if (value.kind != Kind::array) return nullptr;
  const std::int64_t place = place_of(value, index);
  return place < 0 || place >= size_of(value) ? nullptr : &value.items[static_cast<std::size_t>(place)];
}

const JsonValue* json_at_path(const JsonValue& value, const std::vector<std::string>& path) {
  const JsonValue* at = &value;
  for (const auto& step : path) {
    if (at->kind == Kind::array) {
      const auto index = index_of(step);
      at = index ? json_item(*at, *index) : nullptr;
    } else {
      at = json_member(*at, step);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<std::string> json_as_text(const JsonValue& value) {
  if (value.kind == Kind::null) return std::nullopt;
  if (value.kind == Kind::string) return value.text;
  std::string out;
  append_spaced_json(out, to_string(value));
  return out;
}

bool json_contains(const JsonValue& left, const JsonValue& right) {
  if (left.kind == Kind::array) {
    // An array contains a scalar as well as an array of it.
    if (!right.is_container()) return contains_item(left, right);
    if (right.kind != Kind::array) return false;
    return std::all_of(right.items.begin(), right.items.end(),
                       [&left](const JsonValue& item) { return contains_item(left, item); });
  }
  if (left.kind != right.kind) return false;
  if (left.kind != Kind::object) return compare_jsonb(left, right) == 0;
  return std::all_of(right.members.begin(), right.members.end(), [&left](const JsonMember& member) {
    const JsonValue* own = left.find(member.key);
    if (own == nullptr || own->kind != member.value.kind) return false;
    return own->is_container() ? json_contains(*own, member.value) : compare_jsonb(*own, member.value) == 0;
  });
}

bool json_exists(const JsonValue& value, std::string_view key) {
  if (value.kind == Kind::object) return value.find(key) != nullptr;
  const auto is_key = [key](const JsonValue& v) { return v.kind == Kind::string && v.text == key; };
  if (value.kind == Kind::array) return std::any_of(value.items.begin(), value.items.end(), is_key);
  return is_key(value);
}

Result<JsonValue> json_concat(JsonValue left, JsonValue right) {
  if (left.kind == Kind::object && right.kind == Kind::object) {
    for (auto& member : right.members) left.set(member.key, std::move(member.value));
    return left;
  }
  JsonValue joined;
  joined.kind = Kind::array;
  append_items(joined, std::move(left));
  append_items(joined, std::move(right));
  return joined;
}

Result<JsonValue> json_delete_keys(JsonValue value, const std::vector<std::string>& keys) {
  if (!value.is_container()) return scalar_error("delete from scalar");
  for (const auto& key : keys) {
    value.erase(key);
    std::erase_if(value.items,
                  [&key](const JsonValue& v) { return v.kind == Kind::string && v.text == key; });
  }
  return value;
}

Result<JsonValue> json_delete_item(JsonValue value, std::int64_t index) {
  if (value.kind == Kind::object) return scalar_error("delete from object using integer index");
  if (value.kind != Kind::array) return scalar_error("delete from scalar");
  const std::int64_t place = place_of(value, index);
  if (place >= 0 && place < size_of(value)) value.items.erase(value.items.begin() + place);
  return value;
}

Result<JsonValue> json_delete_path(JsonValue value, const std::vector<std::string>& path) {
  if (!value.is_container()) return scalar_error("delete path in scalar");
  if (path.empty() || is_empty(value)) return value;
  HF_CHECK(delete_in(value, path, 0));
  return value;
}

Result<JsonValue> json_set(JsonValue value, const std::vector<std::string>& path, JsonValue replacement,
                           bool create) {
  if (!value.is_container()) return scalar_error("set path in scalar");
  if (path.empty() || (is_empty(value) && !create)) return value;
  HF_CHECK(set_in(value, path, 0, replacement, create));
  return value;
}

JsonValue json_strip_nulls(JsonValue value) {
  for (auto& item : value.items) item = json_strip_nulls(std::move(item));
  std::erase_if(value.members, [](const JsonMember& m) { return m.value.kind == Kind::null; });
  for (auto& member : value.members) member.value = json_strip_nulls(std::move(member.value));
  return value;
}

std::string_view json_type_name(const JsonValue& value) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::string:
      return "string";
    case Kind::number:
      return "number";
    case Kind::boolean:
      return "boolean";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "null";
}

}  // namespace holdfast::types
