#include <algorithm>
#include <array>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/ddl_access.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

struct NamedCommand {
  std::string_view name;
  Command command;
};
constexpr std::array kCommands{NamedCommand{"all", Command::all}, NamedCommand{"select", Command::select},
                               NamedCommand{"insert", Command::insert},
                               NamedCommand{"update", Command::update},
                               NamedCommand{"delete", Command::erase}};

Command command_of(std::string_view name) {
  const auto* found = std::ranges::find(kCommands, name, &NamedCommand::name);
  return found == kCommands.end() ? Command::all : found->command;
}

/// The text of an expression that compiles over the table and is boolean.
Result<std::optional<std::string>> policy_expression(const Translation& translation, const Table& table,
                                                     const Node* node) {
  if (node == nullptr) return std::optional<std::string>{};
  const int location = first_location(node);
  HF_TRY(auto text, translation.locate(deparse_expression(node), location));
  HF_TRY(const auto typed,
         translation.locate(compile_expression(translation.catalogue(), base::kSystemRole, table, "", text),
                            location));
  if (!typed.type.is(types::Kind::boolean) && !typed.type.is(types::Kind::unknown)) {
    return translation.fail("42804", "argument of POLICY must be type boolean", location);
  }
  return std::optional(std::move(text));
}

/// PostgreSQL's table of which clause a command takes.
Result<void> check_clauses(const Translation& translation, const Policy& policy) {
  const bool reads_only = policy.command == Command::select || policy.command == Command::erase;
  if (reads_only && policy.check_expression) {
    return translation.fail("42601", "WITH CHECK cannot be applied to SELECT or DELETE");
  }
  if (policy.command == Command::insert && policy.using_expression) {
    return translation.fail("42601", "only WITH CHECK expression allowed for INSERT");
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> role_names(const Translation& translation,
                                            std::span<Node* const> specifications) {
  std::vector<std::string> names;
  for (const auto* node : specifications) {
    const auto& role = *node->role_spec;
    if (role.roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC) {
      names.emplace_back("public");
    } else if (role.roletype != PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING) {
      names.emplace_back(base::kSystemRole);  // CURRENT_USER and its kin: who migrates
    } else if (translation.catalogue().roles.contains(role.rolename)) {
      names.emplace_back(role.rolename);
    } else {
      return translation.fail("42704", "role \"" + std::string(role.rolename) + "\" does not exist",
                              role.location);
    }
  }
  return names;
}

Result<void> create_policy(Translation& translation, const PgQuery__CreatePolicyStmt& statement) {
  HF_TRY(auto* table, translation.table(*statement.table));
  Policy policy{.name = statement.policy_name,
                .permissive = statement.permissive != 0,
                .command = command_of(statement.cmd_name),
                .roles = {}};
  if (std::ranges::find(table->policies, policy.name, &Policy::name) != table->policies.end()) {
    return translation.fail(
        "42710", "policy \"" + policy.name + "\" for table \"" + table->name.name + "\" already exists");
  }
  HF_TRY(policy.roles, role_names(translation, nodes(statement.roles, statement.n_roles)));
  HF_TRY(policy.using_expression, policy_expression(translation, *table, statement.qual));
  HF_TRY(policy.check_expression, policy_expression(translation, *table, statement.with_check));
  HF_CHECK(check_clauses(translation, policy));
  table->policies.push_back(std::move(policy));
  return {};
}

Result<void> alter_policy(Translation& translation, const PgQuery__AlterPolicyStmt& statement) {
  HF_TRY(auto* table, translation.table(*statement.table));
  const auto found = std::ranges::find(table->policies, statement.policy_name, &Policy::name);
  if (found == table->policies.end()) {
    return translation.fail("42704", "policy \"" + std::string(statement.policy_name) + "\" for table \"" +
                                         table->name.name + "\" does not exist");
  }
  Policy policy = *found;
  if (statement.n_roles > 0) {
    HF_TRY(policy.roles, role_names(translation, nodes(statement.roles, statement.n_roles)));
  }
  if (statement.qual != nullptr) {
    HF_TRY(policy.using_expression, policy_expression(translation, *table, statement.qual));
  }
  if (statement.with_check != nullptr) {
    HF_TRY(policy.check_expression, policy_expression(translation, *table, statement.with_check));
  }
  HF_CHECK(check_clauses(translation, policy));
  *found = std::move(policy);
  return {};
}

}  // namespace holdfast::schema::detail
