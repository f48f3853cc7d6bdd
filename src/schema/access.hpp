#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::schema {

/// Row-level security and privileges, compiled for SQLite. Pure functions of the catalogue and a role: the
/// caller's identity is read by registered functions (auth.uid() and its kin) when the statement runs, so
/// the text can be cached by (catalogue, role). PostgreSQL's rules:
/// https://www.postgresql.org/docs/15/sql-createpolicy.html

/// Whether `role` (or PUBLIC, or a role it is a member of) holds the privilege on the whole table.
/// kSystemRole holds all. An unknown role holds what PUBLIC holds.
[[nodiscard]] bool has_privilege(const Catalogue&, std::string_view role, const Table&, Privilege);
/// On one column: the table's privilege, or the column's own. Hidden columns are never readable or writable,
/// kSystemRole excepted.
[[nodiscard]] bool has_column_privilege(const Catalogue&, std::string_view role, const Table&,
                                        std::string_view column, Privilege);
[[nodiscard]] bool may_execute(const Catalogue&, std::string_view role, const Function&);
/// Columns that `*` expands to for this role: readable and not hidden, in order.
[[nodiscard]] std::vector<const Column*> readable_columns(const Catalogue&, std::string_view role,
                                                          const Table&);

/// The boolean SQLite expression that a row must satisfy to be seen (select) or touched (update, erase):
/// policies for `role` and `command`, permissive ORed, restrictive ANDed; "1" where row security is off or
/// bypassed; "0" where it is on without a policy. Columns are written as `alias.column` with quoting, and
/// tables in sub-selects carry their own policies. update and erase: combine with the select filter when the
/// statement reads columns (PostgreSQL does so for WHERE and RETURNING).
/// Errors: 42P17 on recursion.
Result<std::string> row_filter(const Catalogue&, std::string_view role, const Table&, Command command,
                               std::string_view alias);

/// The expression that a new row (insert, update) must satisfy: WITH CHECK, or USING where there is none.
Result<std::string> check_filter(const Catalogue&, std::string_view role, const Table&, Command command,
                                 std::string_view alias);

/// What stands in a FROM for this relation: the quoted table, or a view's body as a parenthesised sub-select
/// with its owner's (or, security_invoker, the caller's) rights compiled in. The caller adds row_filter()
/// for tables; for views it is already inside, and row_filter() gives "1".
Result<std::string> relation_source(const Catalogue&, std::string_view role, const Table&);

}  // namespace holdfast::schema
