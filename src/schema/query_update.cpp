#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/access_policies.hpp"
#include "schema/expression.hpp"
#include "schema/query_from.hpp"
#include "schema/query_modify_target.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

/// The context of a statement that changes a table: a new scope, no aggregates.
Context changing(const Context& outer, Scope& scope) {
  Context context = outer;
  scope.outer = outer.scope;
  context.scope = &scope;
  return context;
}

std::string conjunction(std::vector<std::string> conditions) {
  std::erase(conditions, "1");
  if (conditions.size() == 1) return conditions.front();
  for (auto& condition : conditions) condition = enclosed(condition);
  return joined(conditions, " AND ");
}

/// Policies of the command on rows that stand; SELECT's too where the statement reads them.
Result<std::string> visible_rows(const Context& context, const ChangeTarget& target, Command command) {
  const auto alias = target.table->name.engine_name();
  HF_TRY(auto condition, policy_condition(context, *target.table, command, PolicySide::using_clause, alias));
  if (!context.scope->sources.front().was_read) return condition;
  HF_TRY(const auto seen,
         policy_condition(context, *target.table, Command::select, PolicySide::using_clause, alias));
  return both(condition, seen);
}

Result<std::string> new_row_check(const Context& context, const ChangeTarget& target) {
  const auto alias = target.table->name.engine_name();
  HF_TRY(auto condition,
         policy_condition(context, *target.table, Command::update, PolicySide::check_clause, alias));
  if (!context.scope->sources.front().was_read) return condition;
  HF_TRY(const auto seen,
         policy_condition(context, *target.table, Command::select, PolicySide::using_clause, alias));
  return both(condition, seen);
}

std::string returning_sql(const std::string& list, const std::string& check) {
  if (list.empty() && check.empty()) return {};
  return " RETURNING " + list + (list.empty() || check.empty() ? "" : ", ") +
         (check.empty() ? "" : check + " AS \"hf:check\"");
}

}  // namespace

Result<Rows> translate_update(const Context& outer, const PgQuery__UpdateStmt& update) {
  Scope scope;
  auto context = changing(outer, scope);
  context.clause = "UPDATE";
  HF_TRY(const auto with, translate_with(context, update.with_clause));
  HF_TRY(const auto target, open_target(context, *update.relation));
  HF_TRY(auto from, translate_from(context, nodes(update.from_clause, update.n_from_clause)));
  HF_TRY(const auto assignments,
         translate_assignments(context, *target.table, nodes(update.target_list, update.n_target_list)));
  auto conditions = std::move(from.conditions);
  if (update.where_clause != nullptr) {
    HF_TRY(auto where, translate_condition(context, update.where_clause, "WHERE"));
    conditions.push_back(std::move(where.sql));
  }
  Scope own;
  own.outer = scope.outer;
  own.sources.push_back(scope.sources.front());
  Context after = context;
  after.scope = &own;
  std::string list;
  HF_TRY(auto columns, returning_columns(after, nodes(update.returning_list, update.n_returning_list), list));
  scope.sources.front().was_read = scope.sources.front().was_read || own.sources.front().was_read;
  HF_TRY(auto visible, visible_rows(context, target, Command::update));
  conditions.push_back(std::move(visible));
  conditions.emplace_back(kDeadlineCheck);
  HF_TRY(const auto check, new_row_check(context, target));
  Rows rows;
  rows.sql = with + "UPDATE " + target.sql_name + " SET " + write_assignments(assignments);
  if (!from.sql.empty()) rows.sql += " FROM " + from.sql;
  if (const auto where = conjunction(std::move(conditions)); !where.empty()) rows.sql += " WHERE " + where;
  rows.sql += returning_sql(list, check == "1" ? std::string() : policy_check(*target.table, check));
  rows.columns = std::move(columns);
  return rows;
}

Result<Rows> translate_delete(const Context& outer, const PgQuery__DeleteStmt& statement) {
  Scope scope;
  auto context = changing(outer, scope);
  context.clause = "DELETE";
  HF_TRY(const auto with, translate_with(context, statement.with_clause));
  HF_TRY(const auto target, open_target(context, *statement.relation));
  if (!has_privilege(context.statement.catalogue, context.role, *target.table, Privilege::erase)) {
    return failure(context, statement.relation->location, "42501",
                   "permission denied for table " + target.table->name.name);
  }
  std::string list;
  HF_TRY(auto columns,
         returning_columns(context, nodes(statement.returning_list, statement.n_returning_list), list));
  HF_TRY(const auto from, translate_from(context, nodes(statement.using_clause, statement.n_using_clause)));
  auto conditions = from.conditions;
  if (statement.where_clause != nullptr) {
    HF_TRY(auto where, translate_condition(context, statement.where_clause, "WHERE"));
    conditions.push_back(std::move(where.sql));
  }
  HF_TRY(const auto visible, visible_rows(context, target, Command::erase));
  auto where = conjunction(std::move(conditions));
  if (!from.sql.empty()) {
    where = "EXISTS (SELECT 1 FROM " + from.sql + " WHERE " +
            conjunction({where.empty() ? "1" : where, std::string(kDeadlineCheck)}) + ")";
  }
  where = conjunction({where.empty() ? "1" : where, visible, std::string(kDeadlineCheck)});
  Rows rows;
  rows.sql = with + "DELETE FROM " + target.sql_name + (where.empty() ? "" : " WHERE " + where);
  rows.sql += returning_sql(list, {});
  rows.columns = std::move(columns);
  return rows;
}

}  // namespace holdfast::schema::detail
