#pragma once

#include <set>
#include <string>
#include <vector>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// 2BP01 as PostgreSQL words it.
[[nodiscard]] Error still_needed(const Translation&, const std::string& what, const std::string& by);

/// Views, in the whole catalogue, that read one of these relations.
std::set<QualifiedName> views_on(const Catalogue&, const std::set<QualifiedName>& relations);
/// The first view that reads this column of the table, if any does.
[[nodiscard]] std::optional<QualifiedName> view_on_column(const Catalogue&, const QualifiedName& table,
                                                          const std::string& column);

/// Policies of tables other than `relations` whose sub-queries read one of them: erased, or 2BP01.
Result<void> release_policies(Translation&, const std::set<QualifiedName>& relations, bool cascade);
/// Functions that return rows of one of them: erased, or 2BP01.
Result<void> release_functions(Translation&, const std::set<QualifiedName>& relations, bool cascade);
/// Policies and views that call the function: erased, or 2BP01.
Result<void> release_callers(Translation&, const QualifiedName& function, bool cascade);

}  // namespace holdfast::schema::detail
