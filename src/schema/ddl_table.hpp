#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

Result<void> create_table(Translation&, const PgQuery__CreateStmt&);
/// CREATE TABLE ... AS query. HF003 for materialized views.
Result<void> create_table_as(Translation&, const PgQuery__CreateTableAsStmt&);
/// What ALTER DEFAULT PRIVILEGES promised to tables of this schema.
void apply_default_grants(const Catalogue&, Table&);
/// 3F000 when the schema does not exist, 42P07 when the name is taken.
Result<void> check_new_relation(Translation&, const QualifiedName&, int location);

}  // namespace holdfast::schema::detail
