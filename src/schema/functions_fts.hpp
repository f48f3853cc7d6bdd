#pragma once

#include "base/result.hpp"

struct sqlite3;

namespace holdfast::schema {

/// Registers pg_fts_match, pg_fts_match_array and pg_fts_exact (docs/reference/sqlite-functions.md). Called
/// by register_functions().
Result<void> register_fts_functions(sqlite3* connection);

}  // namespace holdfast::schema
