#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// Views live in the catalogue alone: queries inline their body. Columns get their types from the compiled
/// query, and their origin where they are a base table's column as it stands.
Result<void> create_view(Translation&, const PgQuery__ViewStmt&);

/// Compiles a view's query again after what it reads has changed.
Result<void> refresh_view(Translation&, Table& view);

}  // namespace holdfast::schema::detail
