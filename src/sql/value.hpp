#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::sql {

/// The storage classes that both engines share. PostgreSQL's own types live in the catalogue, not here.
enum class ValueKind : std::uint8_t { null, integer, real, text, blob };

/// One value as a view: text and blob point into memory that somebody else keeps alive.
struct ValueView {
  ValueKind kind = ValueKind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes{};

  [[nodiscard]] static ValueView of_null() { return {}; }
  [[nodiscard]] static ValueView of(std::int64_t v) { return {.kind = ValueKind::integer, .integer = v}; }
  [[nodiscard]] static ValueView of(double v) { return {.kind = ValueKind::real, .real = v}; }
  [[nodiscard]] static ValueView of(std::string_view v) { return {.kind = ValueKind::text, .bytes = v}; }
  [[nodiscard]] static ValueView of_blob(std::string_view v) { return {.kind = ValueKind::blob, .bytes = v}; }
  [[nodiscard]] bool is_null() const { return kind == ValueKind::null; }
};

/// One value that owns its bytes.
struct Value {
  ValueKind kind = ValueKind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes{};

  [[nodiscard]] static Value copy_of(ValueView v) {
    return {v.kind, v.integer, v.real, std::string(v.bytes)};
  }
  [[nodiscard]] ValueView view() const { return {kind, integer, real, bytes}; }
  [[nodiscard]] bool is_null() const { return kind == ValueKind::null; }
};

}  // namespace holdfast::sql
