#pragma once

#include <string>
#include <vector>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// A constraint read but not yet applied: keys wait for columns, foreign keys for keys.
struct PendingConstraint {
  const PgQuery__Constraint* constraint = nullptr;
  std::string column;  ///< of a column constraint; empty for a table constraint
  bool deferrable = false;
  bool initially_deferred = false;
};

/// Reads one column: name, type, collation, NOT NULL; what else stands behind it goes to `pending`. A serial
/// column gets its sequence.
Result<void> add_column(Translation&, Table&, const PgQuery__ColumnDef&,
                        std::vector<PendingConstraint>& pending);

/// A table constraint as the tree has it.
[[nodiscard]] PendingConstraint table_constraint(const PgQuery__Constraint&);

/// Applies them in PostgreSQL's order: defaults, checks, keys, foreign keys. Names what has no name.
Result<void> apply_constraints(Translation&, Table&, const std::vector<PendingConstraint>& pending);

/// DEFAULT value: `nextval('sequence')` too; NULL takes the default away.
Result<void> set_column_default(Translation&, const Table&, Column&, const Node* value);

}  // namespace holdfast::schema::detail
