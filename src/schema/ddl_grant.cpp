#include <algorithm>
#include <array>
#include <optional>

#include "schema/ddl_access.hpp"
#include "schema/ddl_function.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

struct NamedPrivilege {
  std::string_view name;
  Privilege privilege;
};
constexpr std::array kTablePrivileges{
    NamedPrivilege{"select", Privilege::select},     NamedPrivilege{"insert", Privilege::insert},
    NamedPrivilege{"update", Privilege::update},     NamedPrivilege{"delete", Privilege::erase},
    NamedPrivilege{"truncate", Privilege::truncate}, NamedPrivilege{"references", Privilege::references},
    NamedPrivilege{"trigger", Privilege::trigger}};

/// What can be granted on a column.
constexpr std::array kColumnPrivileges{Privilege::select, Privilege::insert, Privilege::update,
                                       Privilege::references};

/// One privilege of the statement; no privilege means ALL.
struct Asked {
  std::optional<Privilege> privilege;
  std::vector<std::string> columns;
};

Result<std::vector<Asked>> asked_on_table(const Translation& translation,
                                          const PgQuery__GrantStmt& statement) {
  if (statement.n_privileges == 0) return std::vector<Asked>{Asked{}};
  std::vector<Asked> asked;
  for (const auto* node : nodes(statement.privileges, statement.n_privileges)) {
    const auto& given = *node->access_priv;
    const std::string_view name = given.priv_name;
    Asked item{.privilege = std::nullopt, .columns = strings_of(nodes(given.cols, given.n_cols))};
    if (!name.empty() && name != "all") {
      const auto* found = std::ranges::find(kTablePrivileges, name, &NamedPrivilege::name);
      if (found == kTablePrivileges.end()) {
        return translation.fail("0LP01", "invalid privilege type " + std::string(name) + " for relation");
      }
      item.privilege = found->privilege;
    }
    asked.push_back(std::move(item));
  }
  return asked;
}

void give(Table& table, const Grant& grant) { table.grants.insert(grant); }

/// Taking a privilege on the table takes it on every column too.
void take(Table& table, const Grant& grant) {
  std::erase_if(table.grants, [&](const Grant& held) {
    return held.role == grant.role && held.privilege == grant.privilege &&
           (grant.column.empty() || held.column == grant.column);
  });
}

void change(Table& table, const Grant& grant, bool gives) {
  if (gives) {
    give(table, grant);
  } else {
    take(table, grant);
  }
}

std::vector<Privilege> privileges_of(const Asked& asked) {
  if (asked.privilege) return {*asked.privilege};
  if (!asked.columns.empty()) return {kColumnPrivileges.begin(), kColumnPrivileges.end()};
  std::vector<Privilege> all;
  for (const auto& named : kTablePrivileges) all.push_back(named.privilege);
  return all;
}

Result<void> change_table(const Translation& translation, Table& table, const std::vector<Asked>& asked,
                          const std::vector<std::string>& roles, bool gives) {
  for (const auto& item : asked) {
    for (const auto& column : item.columns) {
      if (table.find_column(column) == nullptr) {
        return translation.fail(
            "42703", "column \"" + column + "\" of relation \"" + table.name.name + "\" does not exist");
      }
    }
    const auto columns = item.columns.empty() ? std::vector<std::string>{""} : item.columns;
    for (const auto privilege : privileges_of(item)) {
      for (const auto& role : roles) {
        for (const auto& column : columns) {
          change(table, {.role = role, .privilege = privilege, .column = column}, gives);
        }
      }
    }
  }
  return {};
}

void change_set(std::set<std::string>& held, const std::vector<std::string>& roles, bool gives) {
  for (const auto& role : roles) {
    if (gives) {
      held.insert(role);
    } else {
      held.erase(role);
    }
  }
}

bool all_in_schema(const PgQuery__GrantStmt& statement) {
  return statement.targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_ALL_IN_SCHEMA;
}

Result<void> on_tables(Translation& translation, const PgQuery__GrantStmt& statement,
                       const std::vector<std::string>& roles) {
  HF_TRY(const auto asked, asked_on_table(translation, statement));
  const bool gives = statement.is_grant != 0;
  if (!all_in_schema(statement)) {
    for (const auto* object : nodes(statement.objects, statement.n_objects)) {
      const auto sequence = translation.catalogue().sequences.find(qualified(*object->range_var));
      if (sequence != translation.catalogue().sequences.end()) {
        change_set(sequence->second.usage_roles, roles, gives);
        continue;
      }
      HF_TRY(auto* table, translation.relation(*object->range_var));
      HF_CHECK(change_table(translation, *table, asked, roles, gives));
    }
    return {};
  }
  for (const auto& schema : strings_of(nodes(statement.objects, statement.n_objects))) {
    for (auto& [name, table] : translation.catalogue().tables) {
      if (name.schema == schema) HF_CHECK(change_table(translation, table, asked, roles, gives));
    }
  }
  return {};
}

Result<void> on_sequences(Translation& translation, const PgQuery__GrantStmt& statement,
                          const std::vector<std::string>& roles) {
  const auto schemas = strings_of(nodes(statement.objects, statement.n_objects));
  for (auto& [name, sequence] : translation.catalogue().sequences) {
    const bool meant =
        all_in_schema(statement)
            ? std::ranges::find(schemas, name.schema) != schemas.end()
            : std::ranges::any_of(nodes(statement.objects, statement.n_objects),
                                  [&](const Node* object) { return qualified(*object->range_var) == name; });
    if (meant) change_set(sequence.usage_roles, roles, statement.is_grant != 0);
  }
  return {};
}

Result<void> on_functions(Translation& translation, const PgQuery__GrantStmt& statement,
                          const std::vector<std::string>& roles) {
  if (!all_in_schema(statement)) {
    for (const auto* object : nodes(statement.objects, statement.n_objects)) {
      const auto name =
          qualified(nodes(object->object_with_args->objname, object->object_with_args->n_objname));
      if (translation.catalogue().touch_functions.contains(name)) continue;
      HF_TRY(const auto found, find_function(translation, *object->object_with_args));
      change_set(found->second.execute_roles, roles, statement.is_grant != 0);
    }
    return {};
  }
  const auto schemas = strings_of(nodes(statement.objects, statement.n_objects));
  for (auto& [name, function] : translation.catalogue().functions) {
    if (std::ranges::find(schemas, name.schema) == schemas.end()) continue;
    change_set(function.execute_roles, roles, statement.is_grant != 0);
  }
  return {};
}

bool asks_for(const PgQuery__GrantStmt& statement, std::string_view privilege) {
  return statement.n_privileges == 0 ||
         std::ranges::any_of(nodes(statement.privileges, statement.n_privileges),
                             [&](const Node* node) { return node->access_priv->priv_name == privilege; });
}

Result<void> on_schemas(Translation& translation, const PgQuery__GrantStmt& statement,
                        const std::vector<std::string>& roles) {
  for (const auto& schema : strings_of(nodes(statement.objects, statement.n_objects))) {
    if (!translation.catalogue().schemas.contains(schema)) {
      return translation.fail("3F000", "schema \"" + schema + "\" does not exist");
    }
    if (!asks_for(statement, "usage")) continue;
    for (const auto& role : roles) {
      if (statement.is_grant != 0) {
        translation.catalogue().schema_usage.emplace(schema, role);
      } else {
        translation.catalogue().schema_usage.erase({schema, role});
      }
    }
  }
  return {};
}

/// The grants that objects made later will get.
std::vector<Grant> default_grants(const PgQuery__GrantStmt& statement, const std::vector<Asked>& asked,
                                  const std::vector<std::string>& roles) {
  std::vector<Grant> grants;
  const bool functions = statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION;
  for (const auto& role : roles) {
    if (functions) {
      grants.push_back({.role = role, .privilege = Privilege::execute, .column = {}});
      continue;
    }
    for (const auto& item : asked) {
      for (const auto privilege : privileges_of(item)) {
        grants.push_back({.role = role, .privilege = privilege, .column = {}});
      }
    }
  }
  return grants;
}

}  // namespace

Result<void> grant(Translation& translation, const PgQuery__GrantStmt& statement) {
  HF_TRY(const auto roles, role_names(translation, nodes(statement.grantees, statement.n_grantees)));
  switch (statement.objtype) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
      return on_tables(translation, statement, roles);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
      return on_sequences(translation, statement, roles);
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
      return on_functions(translation, statement, roles);
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      return on_schemas(translation, statement, roles);
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_LANGUAGE:
      return {};  // nothing here is kept from anyone by these
    default:
      return translation.refuse(-1, "GRANT on this kind of object",
                                "Grant on tables, columns, sequences, functions and schemas.");
  }
}

Result<void> grant_role(Translation& translation, const PgQuery__GrantRoleStmt& statement) {
  HF_TRY(const auto members,
         role_names(translation, nodes(statement.grantee_roles, statement.n_grantee_roles)));
  for (const auto* node : nodes(statement.granted_roles, statement.n_granted_roles)) {
    const std::string role = node->access_priv->priv_name;
    if (!translation.catalogue().roles.contains(role)) {
      return translation.fail("42704", "role \"" + role + "\" does not exist");
    }
    for (const auto& member : members) {
      auto& held = translation.catalogue().memberships[member];
      if (statement.is_grant != 0) {
        held.insert(role);
      } else {
        held.erase(role);
      }
      if (held.empty()) translation.catalogue().memberships.erase(member);
    }
  }
  return {};
}

Result<void> alter_default_privileges(Translation& translation,
                                      const PgQuery__AlterDefaultPrivilegesStmt& statement) {
  const auto& action = *statement.action;
  const bool functions = action.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION;
  if (!functions && action.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) return {};
  std::vector<std::string> schemas;
  for (const auto* node : nodes(statement.options, statement.n_options)) {
    const auto& option = *node->def_elem;
    if (std::string_view(option.defname) == "schemas") {
      schemas = strings_of(nodes(option.arg->list->items, option.arg->list->n_items));
    }
  }
  if (schemas.empty()) schemas.emplace_back();
  HF_TRY(const auto roles, role_names(translation, nodes(action.grantees, action.n_grantees)));
  std::vector<Asked> asked;
  if (!functions) {
    HF_TRY(asked, asked_on_table(translation, action));
  }
  const bool everyone = std::ranges::find(roles, "public") != roles.end();
  if (functions && everyone && schemas.front().empty())
    translation.catalogue().functions_private = action.is_grant == 0;
  for (const auto& schema : schemas) {
    auto& held = translation.catalogue().default_grants[schema];
    for (const auto& item : default_grants(action, asked, roles)) {
      if (action.is_grant != 0) {
        held.insert(item);
      } else {
        held.erase(item);
      }
    }
    if (held.empty()) translation.catalogue().default_grants.erase(schema);
  }
  return {};
}

}  // namespace holdfast::schema::detail
