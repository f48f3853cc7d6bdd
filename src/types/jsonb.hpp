#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::types {

struct JsonMember;

/// A jsonb value as a tree. Numbers are canonical numerics; members are sorted by length of the key, then its
/// bytes, and unique.
struct JsonValue {
  enum class Kind : std::uint8_t { null, string, number, boolean, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string text{};  ///< of a string (unescaped) or a number
  std::vector<JsonValue> items{};
  std::vector<JsonMember> members;

  [[nodiscard]] const JsonValue* find(std::string_view key) const;
  /// Inserts or replaces; keeps the order.
  void set(std::string_view key, JsonValue value);
  void erase(std::string_view key);
  [[nodiscard]] bool is_container() const { return kind == Kind::array || kind == Kind::object; }
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

/// Any JSON text as jsonb reads it: the last of equal keys wins. 22P02, 22P05 (\u0000), 22021, 22003, 54001.
Result<JsonValue> parse_jsonb(std::string_view text);
/// Whether a text is JSON as type json takes it. 22P02, 22021, 54001.
Result<void> check_json(std::string_view text);

/// Canonical form without spaces, as it is stored.
void append_jsonb(std::string& out, const JsonValue& value);
[[nodiscard]] std::string to_string(const JsonValue& value);
/// Canonical form -> as PostgreSQL prints jsonb: a space after `,` and `:`.
void append_spaced_json(std::string& out, std::string_view canonical);

/// PostgreSQL's btree order of jsonb.
[[nodiscard]] int compare_jsonb(const JsonValue& left, const JsonValue& right);

}  // namespace holdfast::types
