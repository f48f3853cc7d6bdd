#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// Policies, privileges and roles: they live in the catalogue, the compiler of queries enforces them.
Result<void> create_policy(Translation&, const PgQuery__CreatePolicyStmt&);
Result<void> alter_policy(Translation&, const PgQuery__AlterPolicyStmt&);
Result<void> grant(Translation&, const PgQuery__GrantStmt&);
Result<void> grant_role(Translation&, const PgQuery__GrantRoleStmt&);
Result<void> alter_default_privileges(Translation&, const PgQuery__AlterDefaultPrivilegesStmt&);
Result<void> create_role(Translation&, const PgQuery__CreateRoleStmt&);
Result<void> alter_role(Translation&, const PgQuery__AlterRoleStmt&);
Result<void> drop_role(Translation&, const PgQuery__DropRoleStmt&);

/// Role names; `public` for everyone. 42704 for a role that nobody made.
Result<std::vector<std::string>> role_names(const Translation&, std::span<Node* const> specifications);

}  // namespace holdfast::schema::detail
