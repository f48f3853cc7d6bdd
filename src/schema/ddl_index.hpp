#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// B-tree indexes are SQLite's; hash, brin and gist over plain columns become b-trees, which answer the same
/// questions. gin over to_tsvector(...), a tsvector column or an array column is a TextIndex; gin over jsonb
/// stays in the catalogue alone.
Result<void> create_index(Translation&, const PgQuery__IndexStmt&);

}  // namespace holdfast::schema::detail
