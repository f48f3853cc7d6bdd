#pragma once

#include <string_view>

#include "base/error.hpp"
#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::sql {

/// SQLite's result as an Error with PostgreSQL's code. `details` keeps SQLite's own text for constraints
/// (`UNIQUE constraint failed: apps.package_id`), so that upper rooms can tell the constraint from it.
///
/// Two conventions let SQL written by other rooms choose the code: a text `SQLSTATE|message|details|hint`,
/// raised by a function or a trigger, and a CHECK constraint named `hf_SQLSTATE:message`.
[[nodiscard]] Error translate_error(int extended_code, std::string_view text);

/// The error that the connection's last call met.
[[nodiscard]] Error last_error(sqlite3* connection);

[[nodiscard]] Error deadline_error();

}  // namespace holdfast::sql
