#pragma once

#include "sql/sqlite/sqlite_api.hpp"
#include "sql/value.hpp"

namespace holdfast::sql {

/// A view into SQLite's own value. Only for values that belong to a statement or a running hook.
[[nodiscard]] inline ValueView view_of(sqlite3_value* value) {
  const auto bytes_at = [value](const void* start) {
    return std::string_view(static_cast<const char*>(start),
                            static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return ValueView::of(static_cast<std::int64_t>(sqlite3_value_int64(value)));
    case SQLITE_FLOAT:
      return ValueView::of(sqlite3_value_double(value));
    case SQLITE_TEXT:
      return ValueView::of(bytes_at(sqlite3_value_text(value)));
    case SQLITE_BLOB:
      return ValueView::of_blob(bytes_at(sqlite3_value_blob(value)));
    default:
      return ValueView::of_null();
  }
}

}  // namespace holdfast::sql
