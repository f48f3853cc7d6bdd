#pragma once

#include <span>

#include "schema/ddl_settle.hpp"
#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// ALTER TABLE, and what ALTER VIEW and ALTER INDEX share with it: all commands of a statement fold into one
/// new table, so that a rebuild happens once at most.
Result<void> alter_table(Translation&, const PgQuery__AlterTableStmt&);

/// One table on its way through ALTER TABLE.
struct Alteration {
  Table before;
  Table after;
  ColumnSources sources;
};

/// ddl_alter_column.cpp: DROP COLUMN, TYPE, DEFAULT, NOT NULL, identity.
Result<void> alter_column(Translation&, Alteration&, const PgQuery__AlterTableCmd&);
Result<void> drop_column(Translation&, Alteration&, const PgQuery__AlterTableCmd&);

/// ddl_alter_type.cpp
Result<void> alter_column_type(Translation&, Alteration&, const PgQuery__AlterTableCmd&);

/// Translates the table's checks, generated columns, defaults and index expressions again, from their
/// PostgreSQL text.
Result<void> recompile_expressions(Translation&, Table&);

}  // namespace holdfast::schema::detail
