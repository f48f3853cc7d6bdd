#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

Result<void> create_enum(Translation&, const PgQuery__CreateEnumStmt&);
/// ADD VALUE and RENAME VALUE. The labels' order lives in the connections' collation; a renamed label is
/// rewritten in the rows.
Result<void> alter_enum(Translation&, const PgQuery__AlterEnumStmt&);

/// Points every column, parameter and result of the type at its new form.
void replace_enum(Catalogue&, const QualifiedName& name, const std::shared_ptr<const types::EnumType>& type);

}  // namespace holdfast::schema::detail
