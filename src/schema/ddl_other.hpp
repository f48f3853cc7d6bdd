#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

Result<void> create_schema(Translation&, const PgQuery__CreateSchemaStmt&);
/// Accepted where its functions are built in, HF003 otherwise.
Result<void> create_extension(Translation&, const PgQuery__CreateExtensionStmt&);
/// Kept for tables, views, columns and functions.
Result<void> comment(Translation&, const PgQuery__CommentStmt&);
Result<void> truncate(Translation&, const PgQuery__TruncateStmt&);
/// SELECT, INSERT, UPDATE and DELETE, with the system's rights.
Result<void> run_query(Translation&);
/// BEGIN and COMMIT around a file say what happens anyway; savepoints and ROLLBACK are HF003.
Result<void> transaction_control(Translation&, const PgQuery__TransactionStmt&);
Result<void> set_variable(Translation&, const PgQuery__VariableSetStmt&);

}  // namespace holdfast::schema::detail
