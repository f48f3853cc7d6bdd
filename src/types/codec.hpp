#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "types/type.hpp"

namespace holdfast::types {

/// How a value stands in SQLite, before it is bound.
struct Stored {
  enum class Storage : std::uint8_t { null, integer, real, text, blob };
  Storage storage = Storage::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes{};
};

/// A value in PostgreSQL's text input form -> its stored form, exactly as PostgreSQL 15 reads it (TimeZone
/// UTC, DateStyle ISO): every uuid form, `infinity`, numerics of any size, `{a,b}` arrays, jsonb with
/// duplicate keys. Errors with PostgreSQL's codes: 22P02, 22001, 22003, 22007, 22008, 22021, 22P05.
[[nodiscard]] Result<Stored> parse(const Type& type, std::string_view text);

/// A JSON value (its text: `"abc"`, `12`, `null`, `[1,2]`, `{...}`) -> stored form, as json_populate_record
/// reads it: strings through parse(), arrays become arrays, json and jsonb are kept whole.
[[nodiscard]] Result<Stored> parse_json(const Type& type, std::string_view json);

/// One stored value as a view: what sqlite3_column_* gave.
struct StoredView {
  Stored::Storage storage = Stored::Storage::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes{};
};

/// Stored form -> PostgreSQL's text output form (`2026-01-31 12:00:00+00`, `{a,b}`, `t`). Never null.
void append_text(std::string& out, const Type& type, StoredView value);

/// Stored form -> JSON as PostgreSQL's to_json writes it (`"2026-01-31T12:00:00+00:00"`, numbers bare, arrays
/// as arrays, json kept); null gives `null`.
void append_json(std::string& out, const Type& type, StoredView value);

/// Orders two stored values that are not null as PostgreSQL's btree does: negative, zero, positive.
[[nodiscard]] int compare(const Type& type, StoredView left, StoredView right);

}  // namespace holdfast::types
