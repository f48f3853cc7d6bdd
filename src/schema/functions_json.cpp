#include <array>

#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/jsonb_operations.hpp"

namespace holdfast::schema::functions {
namespace {

using types::JsonValue;

/// The tree of argument `i`. A statement that walks over one document asks for the same text again and again,
/// so each thread keeps the last one.
Result<std::shared_ptr<const JsonValue>> json_of(const Call& call, int i) {
  static thread_local std::string last_text;
  static thread_local std::shared_ptr<const JsonValue> last_value;
  const std::string_view text = call.text(i);
  if (last_value != nullptr && last_text == text) return last_value;
  HF_TRY(JsonValue value, types::parse_jsonb(text));
  auto shared = std::make_shared<const JsonValue>(std::move(value));
  constexpr std::size_t kMostKept = 1U << 20U;
  if (text.size() <= kMostKept) {
    last_value = nullptr;
    last_text = text;
    last_value = shared;
  }
  return shared;
}

Result<std::vector<std::string>> texts_of(const Call& call, int i) {
  HF_TRY(const auto elements, types::flat_elements(call.text(i)));
  std::vector<std::string> texts;
  for (const auto& element : elements) {
    if (element.storage == types::Stored::Storage::text) texts.push_back(element.bytes);
  }
  return texts;
}

/// Whether a stored array has a null: a path with one leads nowhere.
Result<bool> has_null(const Call& call, int i) {
  HF_TRY(const auto elements, types::flat_elements(call.text(i)));
  for (const auto& element : elements) {
    if (element.storage == types::Stored::Storage::null) return true;
  }
  return false;
}

Result<void> reply_json(Call& call, const Result<JsonValue>& value) {
  if (!value) return value.error();
  call.reply(types::to_string(*value));
  return {};
}

Result<void> reply_found(Call& call, const JsonValue* found, bool as_text) {
  if (found == nullptr) {
    call.reply_null();
  } else if (!as_text) {
    call.reply(types::to_string(*found));
  } else if (const auto text = types::json_as_text(*found)) {
    call.reply(*text);
  } else {
    call.reply_null();
  }
  return {};
}

template <bool AsText>
Result<void> get(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  const JsonValue* found =
      call.is_text(1) ? types::json_member(*json, call.text(1)) : types::json_item(*json, call.integer(1));
  return reply_found(call, found, AsText);
}

template <bool AsText>
Result<void> at_path(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  HF_TRY(const bool nowhere, has_null(call, 1));
  if (nowhere) {
    call.reply_null();
    return {};
  }
  HF_TRY(const auto path, texts_of(call, 1));
  return reply_found(call, types::json_at_path(*json, path), AsText);
}

Result<void> contains(Call& call) {
  HF_TRY(const JsonValue right, types::parse_jsonb(call.text(1)));
  HF_TRY(const auto left, json_of(call, 0));
  // An object and an array never contain each other, nor a scalar a container.
  call.reply_truth(types::json_contains(*left, right));
  return {};
}

Result<void> exists(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  call.reply_truth(types::json_exists(*json, call.text(1)));
  return {};
}

template <bool All>
Result<void> exists_many(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  HF_TRY(const auto keys, texts_of(call, 1));
  bool found = All;
  for (const auto& key : keys) {
    const bool here = types::json_exists(*json, key);
    found = All ? found && here : found || here;
  }
  call.reply_truth(found);
  return {};
}

Result<void> concat(Call& call) {
  HF_TRY(JsonValue left, types::parse_jsonb(call.text(0)));
  HF_TRY(JsonValue right, types::parse_jsonb(call.text(1)));
  return reply_json(call, types::json_concat(std::move(left), std::move(right)));
}

/// A text that is a stored array deletes all its keys; the translator gives arrays as such, and a plain key
/// never begins with a bracket unless it is meant.
Result<void> erase(Call& call) {
  HF_TRY(JsonValue json, types::parse_jsonb(call.text(0)));
  if (!call.is_text(1)) return reply_json(call, types::json_delete_item(std::move(json), call.integer(1)));
  const std::string_view key = call.text(1);
  if (key.starts_with('[')) {
    if (const auto keys = texts_of(call, 1))
      return reply_json(call, types::json_delete_keys(std::move(json), *keys));
  }
  return reply_json(call, types::json_delete_keys(std::move(json), {std::string(key)}));
}

Result<void> erase_path(Call& call) {
  HF_TRY(JsonValue json, types::parse_jsonb(call.text(0)));
  HF_TRY(const auto path, texts_of(call, 1));
  return reply_json(call, types::json_delete_path(std::move(json), path));
}

Result<void> set(Call& call) {
  HF_TRY(JsonValue json, types::parse_jsonb(call.text(0)));
  HF_TRY(const auto path, texts_of(call, 1));
  HF_TRY(JsonValue replacement, types::parse_jsonb(call.text(2)));
  const bool create = call.count() < 4 || call.integer(3) != 0;
  return reply_json(call, types::json_set(std::move(json), path, std::move(replacement), create));
}

Result<void> type_name(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  call.reply(types::json_type_name(*json));
  return {};
}

Result<void> array_length(Call& call) {
  HF_TRY(const auto json, json_of(call, 0));
  if (json->kind != JsonValue::Kind::array) {
    return failure("22023", json->kind == JsonValue::Kind::object ? "cannot get array length of a non-array"
                                                                  : "cannot get array length of a scalar");
  }
  call.reply(static_cast<std::int64_t>(json->items.size()));
  return {};
}

Result<void> strip_nulls(Call& call) {
  HF_TRY(JsonValue json, types::parse_jsonb(call.text(0)));
  call.reply(types::to_string(types::json_strip_nulls(std::move(json))));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_jsonb_get", 2, get<false>},
    Function{"pg_jsonb_get_text", 2, get<true>},
    Function{"pg_jsonb_path", 2, at_path<false>},
    Function{"pg_jsonb_path_text", 2, at_path<true>},
    Function{"pg_jsonb_contains", 2, contains},
    Function{"pg_jsonb_exists", 2, exists},
    Function{"pg_jsonb_exists_any", 2, exists_many<false>},
    Function{"pg_jsonb_exists_all", 2, exists_many<true>},
    Function{"pg_jsonb_concat", 2, concat},
    Function{"pg_jsonb_delete", 2, erase},
    Function{"pg_jsonb_delete_path", 2, erase_path},
    Function{"pg_jsonb_set", 3, set},
    Function{"pg_jsonb_set", 4, set},
    Function{"pg_jsonb_typeof", 1, type_name},
    Function{"pg_jsonb_array_length", 1, array_length},
    Function{"pg_jsonb_strip_nulls", 1, strip_nulls},
};

}  // namespace

std::span<const Function> json_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
