#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/catalogue.hpp"

namespace holdfast::schema::detail {

/// Names that PostgreSQL gives to what a migration leaves unnamed: `apps_pkey`, `apps_package_id_key`,
/// `apps_check1`; cut to 63 bytes as it cuts them, numbered until free.
///
/// Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/commands/indexcmds.c
[[nodiscard]] std::string object_name(std::string_view first, std::string_view second,
                                      std::string_view label);

/// Of an index, a unique constraint or a sequence: free among the relations of the table's schema.
[[nodiscard]] std::string free_relation_name(const Catalogue&, const Table&,
                                             const std::vector<std::string>& columns, std::string_view label);
/// Of a check or a foreign key: free among the constraints of the table's schema.
[[nodiscard]] std::string free_constraint_name(const Catalogue&, const Table&,
                                               const std::vector<std::string>& columns,
                                               std::string_view label);

/// Whether a table, view, index, unique key or sequence of this name exists; `pending` is a table that is
/// not (or not in this form) in the catalogue yet.
[[nodiscard]] bool relation_exists(const Catalogue&, const Table& pending, const QualifiedName&);
[[nodiscard]] bool constraint_exists(const Table&, std::string_view name);

}  // namespace holdfast::schema::detail
