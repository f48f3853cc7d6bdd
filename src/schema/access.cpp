#include "schema/access.hpp"

#include <algorithm>

#include "base/principal.hpp"
#include "schema/access_policies.hpp"
#include "schema/query.hpp"
#include "schema/query_views.hpp"

namespace holdfast::schema {
namespace {

constexpr std::string_view kPublic = "public";

bool is_system(std::string_view role) { return role == base::kSystemRole; }

void add_memberships(const Catalogue& catalogue, const std::string& role,
                     std::set<std::string, std::less<>>& roles) {
  if (!roles.insert(role).second) return;
  const auto member_of = catalogue.memberships.find(role);
  if (member_of == catalogue.memberships.end()) return;
  for (const auto& other : member_of->second) add_memberships(catalogue, other, roles);
}

/// The role, those it is a member of, and PUBLIC.
std::set<std::string, std::less<>> acting_roles(const Catalogue& catalogue, std::string_view role) {
  std::set<std::string, std::less<>> roles{std::string(kPublic)};
  add_memberships(catalogue, std::string(role), roles);
  return roles;
}

bool granted(const Catalogue& catalogue, std::string_view role, const Table& table, Privilege privilege,
             std::string_view column) {
  const auto roles = acting_roles(catalogue, role);
  return std::ranges::any_of(table.grants, [&](const Grant& grant) {
    return grant.privilege == privilege && grant.column == column && roles.contains(grant.role);
  });
}

bool applies(const Policy& policy, Command command, const std::set<std::string, std::less<>>& roles) {
  if (policy.command != Command::all && policy.command != command) return false;
  return std::ranges::any_of(policy.roles, [&](const std::string& role) { return roles.contains(role); });
}

const std::optional<std::string>& expression_of(const Policy& policy, detail::PolicySide side) {
  const bool checks = side == detail::PolicySide::check_clause && policy.check_expression.has_value();
  return checks ? policy.check_expression : policy.using_expression;
}

/// As PostgreSQL asks them, which shows where one fails: permissive ones from the last name to the first,
/// restrictive ones from the first.
std::vector<const Policy*> in_order(const std::vector<Policy>& policies) {
  std::vector<const Policy*> ordered;
  for (const auto& policy : policies) ordered.push_back(&policy);
  std::ranges::sort(ordered, [](const Policy* left, const Policy* right) {
    if (left->permissive != right->permissive) return left->permissive;
    return left->permissive ? left->name > right->name : left->name < right->name;
  });
  return ordered;
}

/// While a table's policies are compiled, reading the table again is recursion.
class OpenPolicies {
 public:
  OpenPolicies(detail::Statement& statement, const Table& table) : statement_(statement) {
    statement_.open_policies.push_back(&table);
  }
  ~OpenPolicies() { statement_.open_policies.pop_back(); }
  OpenPolicies(const OpenPolicies&) = delete;
  OpenPolicies& operator=(const OpenPolicies&) = delete;

 private:
  detail::Statement& statement_;
};

/// Permissive policies open the table, restrictive ones narrow what is open.
struct Combined {
  std::string permissive;
  std::string restrictive;

  void add(bool is_permissive, const std::string& condition) {
    auto& list = is_permissive ? permissive : restrictive;
    list += (list.empty() ? "" : is_permissive ? " OR " : " AND ") + detail::enclosed(condition);
  }
  [[nodiscard]] std::string sql() const {
    if (permissive.empty()) return "0";
    return restrictive.empty() ? permissive : "(" + permissive + ") AND " + restrictive;
  }
};

}  // namespace

bool has_privilege(const Catalogue& catalogue, std::string_view role, const Table& table,
                   Privilege privilege) {
  return is_system(role) || granted(catalogue, role, table, privilege, {});
}

bool has_column_privilege(const Catalogue& catalogue, std::string_view role, const Table& table,
                          std::string_view column, Privilege privilege) {
  if (is_system(role)) return true;
  const auto* found = table.find_column(column);
  if (found == nullptr || found->hidden) return false;
  return granted(catalogue, role, table, privilege, {}) || granted(catalogue, role, table, privilege, column);
}

bool may_execute(const Catalogue& catalogue, std::string_view role, const Function& function) {
  if (is_system(role)) return true;
  const auto roles = acting_roles(catalogue, role);
  return std::ranges::any_of(function.execute_roles,
                             [&](const std::string& name) { return roles.contains(name); });
}

std::vector<const Column*> readable_columns(const Catalogue& catalogue, std::string_view role,
                                            const Table& table) {
  std::vector<const Column*> columns;
  for (const auto& column : table.columns) {
    const bool readable =
        !column.hidden && has_column_privilege(catalogue, role, table, column.name, Privilege::select);
    if (readable) columns.push_back(&column);
  }
  return columns;
}

namespace detail {

bool may_select_anything(const Catalogue& catalogue, std::string_view role, const Table& table) {
  if (has_privilege(catalogue, role, table, Privilege::select)) return true;
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    return has_column_privilege(catalogue, role, table, column.name, Privilege::select);
  });
}

Result<std::string> policy_condition(const Context& context, const Table& table, Command command,
                                     PolicySide side, const std::string& sql_alias) {
  const auto& catalogue = context.statement.catalogue;
  if (is_system(context.role) || !table.row_security || catalogue.bypass_roles.contains(context.role)) {
    return std::string("1");
  }
  auto& open = context.statement.open_policies;
  if (std::ranges::find(open, &table) != open.end()) {
    return Error{.code = "42P17",
                 .message = "infinite recursion detected in policy for relation \"" + table.name.name + "\"",
                 .details = {},
                 .hint = "Read the table through a SECURITY DEFINER function."};
  }
  const OpenPolicies guard(context.statement, table);
  const auto roles = acting_roles(catalogue, context.role);
  Combined combined;
  for (const auto* policy : in_order(table.policies)) {
    const auto& expression = expression_of(*policy, side);
    if (!applies(*policy, command, roles) || !expression) continue;
    HF_TRY(const auto condition, policy_expression(context, table, *expression, sql_alias));
    combined.add(policy->permissive, condition);
  }
  return combined.sql();
}

}  // namespace detail

namespace {

Result<std::string> filter(const Catalogue& catalogue, std::string_view role, const Table& table,
                           Command command, detail::PolicySide side, std::string_view alias) {
  if (table.is_view()) return std::string("1");
  detail::Statement statement{.catalogue = catalogue};
  if (!alias.empty()) statement.aliases.insert(std::string(alias));
  HF_TRY(const auto script, ParsedScript::parse("", ""));
  const detail::Context context(statement, script, std::string(role));
  return detail::policy_condition(context, table, command, side, std::string(alias));
}

}  // namespace

Result<std::string> row_filter(const Catalogue& catalogue, std::string_view role, const Table& table,
                               Command command, std::string_view alias) {
  return filter(catalogue, role, table, command, detail::PolicySide::using_clause, alias);
}

Result<std::string> check_filter(const Catalogue& catalogue, std::string_view role, const Table& table,
                                 Command command, std::string_view alias) {
  return filter(catalogue, role, table, command, detail::PolicySide::check_clause, alias);
}

Result<std::string> relation_source(const Catalogue& catalogue, std::string_view role, const Table& table) {
  if (!table.is_view()) return quote_identifier(table.name.engine_name());
  detail::Statement statement{.catalogue = catalogue};
  HF_TRY(const auto script, ParsedScript::parse("", ""));
  const detail::Context context(statement, script, std::string(role));
  HF_TRY(const auto rows, detail::view_rows(context, table));
  return "(" + rows.sql + ")";
}

}  // namespace holdfast::schema
