#pragma once

#include <set>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// DROP of every kind of object. What depends on it goes too under CASCADE; without it, 2BP01.
Result<void> drop(Translation&, const PgQuery__DropStmt&);

/// Drops tables and views together, so that they may depend on each other.
Result<void> drop_relations(Translation&, std::set<QualifiedName> names, bool cascade);

/// Takes foreign keys of other tables to these columns of `target` away (CASCADE), or gives 2BP01. No
/// columns: all of them.
Result<void> drop_foreign_keys_to(Translation&, const QualifiedName& target,
                                  const std::vector<std::string>& columns, bool cascade);

}  // namespace holdfast::schema::detail
