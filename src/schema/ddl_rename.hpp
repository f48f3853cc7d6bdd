#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// ALTER ... RENAME. Texts that the catalogue keeps (checks, policies, views) follow the new name, as
/// PostgreSQL's trees do; the bodies of functions do not, there as here.
Result<void> rename(Translation&, const PgQuery__RenameStmt&);
/// ALTER TABLE or VIEW ... SET SCHEMA.
Result<void> set_schema(Translation&, const PgQuery__AlterObjectSchemaStmt&);

/// ddl_rename_column.cpp
Result<void> rename_column(Translation&, const PgQuery__RenameStmt&);

}  // namespace holdfast::schema::detail
