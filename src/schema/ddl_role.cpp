#include <algorithm>

#include "base/principal.hpp"
#include "schema/ddl_access.hpp"

namespace holdfast::schema::detail {
namespace {

bool boolean_of(const Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_BOOLEAN && node->boolean->boolval != 0;
}

/// BYPASSRLS, and IN ROLE for memberships. Passwords and logins are none of the embedded engine's business:
/// callers come with keys and tokens.
void apply_options(Catalogue& catalogue, const std::string& role, std::span<Node* const> options) {
  for (const auto* node : options) {
    const auto& option = *node->def_elem;
    const std::string_view name = option.defname;
    if (name == "bypassrls" || name == "superuser") {
      if (boolean_of(option.arg)) {
        catalogue.bypass_roles.insert(role);
      } else if (name == "bypassrls") {
        catalogue.bypass_roles.erase(role);
      }
    } else if (name == "addroleto") {
      for (const auto* granted : nodes(option.arg->list->items, option.arg->list->n_items)) {
        catalogue.memberships[role].insert(granted->role_spec->rolename);
      }
    }
  }
}

bool uses(const Table& table, const std::string& role) {
  return std::ranges::any_of(table.grants, [&](const Grant& grant) { return grant.role == role; }) ||
         std::ranges::any_of(table.policies, [&](const Policy& policy) {
           return std::ranges::find(policy.roles, role) != policy.roles.end();
         });
}

}  // namespace

Result<void> create_role(Translation& translation, const PgQuery__CreateRoleStmt& statement) {
  const std::string role = statement.role;
  if (role == base::kSystemRole || role == "public" || role.starts_with("pg_")) {
    return translation.fail("42939", "role name \"" + role + "\" is reserved");
  }
  if (!translation.catalogue().roles.insert(role).second) {
    return translation.fail("42710", "role \"" + role + "\" already exists");
  }
  apply_options(translation.catalogue(), role, nodes(statement.options, statement.n_options));
  return {};
}

Result<void> alter_role(Translation& translation, const PgQuery__AlterRoleStmt& statement) {
  const std::string role = statement.role->rolename;
  if (!translation.catalogue().roles.contains(role)) {
    return translation.fail("42704", "role \"" + role + "\" does not exist", statement.role->location);
  }
  apply_options(translation.catalogue(), role, nodes(statement.options, statement.n_options));
  return {};
}

Result<void> drop_role(Translation& translation, const PgQuery__DropRoleStmt& statement) {
  auto& catalogue = translation.catalogue();
  for (const auto* node : nodes(statement.roles, statement.n_roles)) {
    const std::string role = node->role_spec->rolename;
    if (!catalogue.roles.contains(role)) {
      if (statement.missing_ok != 0) continue;
      return translation.fail("42704", "role \"" + role + "\" does not exist", node->role_spec->location);
    }
    const bool used =
        std::ranges::any_of(catalogue.tables, [&](const auto& entry) { return uses(entry.second, role); }) ||
        std::ranges::any_of(catalogue.schema_usage, [&](const auto& usage) { return usage.second == role; });
    if (used) {
      return translation.fail("2BP01",
                              "role \"" + role + "\" cannot be dropped because some objects depend on it",
                              node->role_spec->location);
    }
    catalogue.roles.erase(role);
    catalogue.bypass_roles.erase(role);
    catalogue.memberships.erase(role);
    for (auto& [member, roles] : catalogue.memberships) roles.erase(role);
    std::erase_if(catalogue.memberships, [](const auto& entry) { return entry.second.empty(); });
  }
  return {};
}

}  // namespace holdfast::schema::detail
