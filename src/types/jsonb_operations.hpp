#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/jsonb.hpp"

namespace holdfast::types {

// PostgreSQL's jsonb operators and functions over trees. Paths are texts; an index may be negative.

/// `->` with a key or an index; null where there is none.
[[nodiscard]] const JsonValue* json_member(const JsonValue& value, std::string_view key);
[[nodiscard]] const JsonValue* json_item(const JsonValue& value, std::int64_t index);
/// `#>`.
[[nodiscard]] const JsonValue* json_at_path(const JsonValue& value, const std::vector<std::string>& path);
/// `->>`: a string's content, null for JSON null, JSON text else.
[[nodiscard]] std::optional<std::string> json_as_text(const JsonValue& value);

/// `left @> right`.
[[nodiscard]] bool json_contains(const JsonValue& left, const JsonValue& right);
/// `value ? key`.
[[nodiscard]] bool json_exists(const JsonValue& value, std::string_view key);

/// `||`. 22023 for what cannot be joined.
Result<JsonValue> json_concat(JsonValue left, JsonValue right);
/// `- key`, `- index`, `#- path`. 22023 for scalars.
Result<JsonValue> json_delete_keys(JsonValue value, const std::vector<std::string>& keys);
Result<JsonValue> json_delete_item(JsonValue value, std::int64_t index);
Result<JsonValue> json_delete_path(JsonValue value, const std::vector<std::string>& path);
/// jsonb_set(). 22023 for scalars, 22P02 for a path step that is no index of an array.
Result<JsonValue> json_set(JsonValue value, const std::vector<std::string>& path, JsonValue replacement,
                           bool create);
[[nodiscard]] JsonValue json_strip_nulls(JsonValue value);
[[nodiscard]] std::string_view json_type_name(const JsonValue& value);

}  // namespace holdfast::types
