#include "schema/query_upsert.hpp"

#include <algorithm>

#include "base/principal.hpp"
#include "schema/access_policies.hpp"
#include "schema/expression.hpp"
#include "schema/query.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

bool same_columns(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

bool is_unique_key(const Table& table, const std::vector<std::string>& columns) {
  if (table.primary_key && same_columns(table.primary_key->columns, columns)) return true;
  const auto same_key = [&](const Key& key) { return same_columns(key.columns, columns); };
  if (std::ranges::any_of(table.uniques, same_key)) return true;
  return std::ranges::any_of(table.indexes, [&](const Index& index) {
    std::vector<std::string> names;
    for (const auto& element : index.elements) names.push_back(element.column);
    return index.unique && same_columns(names, columns);
  });
}

const Key* find_constraint(const Table& table, std::string_view name) {
  if (table.primary_key && table.primary_key->name == name) return &*table.primary_key;
  const auto at = std::ranges::find(table.uniques, name, &Key::name);
  return at == table.uniques.end() ? nullptr : &*at;
}

Result<std::vector<std::string>> conflict_columns(const Context& context, const Table& table,
                                                  const PgQuery__OnConflictClause& clause) {
  std::vector<std::string> columns;
  if (clause.infer == nullptr) return columns;
  const auto& infer = *clause.infer;
  if (infer.conname != nullptr && *infer.conname != '\0') {
    const auto* key = find_constraint(table, infer.conname);
    if (key != nullptr) return key->columns;
    return failure(context, clause.location, "42704",
                   "constraint \"" + std::string(infer.conname) + "\" for table \"" + table.name.name +
                       "\" does not exist");
  }
  for (const auto* node : nodes(infer.index_elems, infer.n_index_elems)) {
    const auto* name = node->index_elem->name;
    if (name == nullptr || *name == '\0') {
      return untranslatable(context, clause.location, "ON CONFLICT on an expression", "Name columns.");
    }
    if (table.find_column(name) == nullptr) {
      return failure(context, clause.location, "42703",
                     "column \"" + std::string(name) + "\" does not exist");
    }
    columns.emplace_back(name);
  }
  if (is_unique_key(table, columns)) return columns;
  return failure(context, clause.location, "42P10",
                 "there is no unique or exclusion constraint matching the ON CONFLICT specification");
}

/// The row as it will stand, as one source, so that policies can be asked before it is stored.
std::string row_after(const Table& table, const std::vector<Assignment>& assignments,
                      const std::string& alias) {
  std::string list;
  const auto row = quote_identifier(table.name.engine_name()) + ".";
  for (const auto& column : table.columns) {
    const auto set = std::ranges::find(assignments, &column, &Assignment::column);
    const auto value = set == assignments.end() ? row + quote_identifier(column.name) : set->sql;
    list += (list.empty() ? "" : ", ") + value + " AS " + quote_identifier(column.name);
  }
  return "(SELECT " + list + ") AS " + quote_identifier(alias);
}

/// What the row that stands and the row that will stand must satisfy; else 42501.
Result<std::string> update_check(const Context& context, const Table& table,
                                 const std::vector<Assignment>& set) {
  const auto own = table.name.engine_name();
  const std::string after = "hf:after";
  context.statement.aliases.insert(after);
  HF_TRY(const auto old_row,
         policy_condition(context, table, Command::update, PolicySide::using_clause, own));
  HF_TRY(const auto old_seen,
         policy_condition(context, table, Command::select, PolicySide::using_clause, own));
  HF_TRY(const auto new_row,
         policy_condition(context, table, Command::update, PolicySide::check_clause, after));
  HF_TRY(const auto new_seen,
         policy_condition(context, table, Command::select, PolicySide::using_clause, after));
  const auto standing = both(old_row, old_seen);
  const auto coming = both(new_row, new_seen);
  if (coming == "1") return standing;
  return both(standing, "(SELECT " + coming + " FROM " + row_after(table, set, after) + ")");
}

Result<std::string> do_update(Context& context, const ChangeTarget& target,
                              const PgQuery__OnConflictClause& clause) {
  auto excluded = table_source(*target.table, "excluded", "excluded");
  excluded.checked = false;
  context.scope->sources.push_back(std::move(excluded));
  HF_TRY(const auto assignments,
         translate_assignments(context, *target.table, nodes(clause.target_list, clause.n_target_list)));
  std::string where = "1";
  if (clause.where_clause != nullptr) {
    HF_TRY(const auto condition, translate_condition(context, clause.where_clause, "WHERE"));
    where = condition.sql;
  }
  context.scope->sources.front().was_read = true;
  context.scope->sources.pop_back();
  HF_TRY(const auto check, update_check(context, *target.table, assignments));
  auto sql = " DO UPDATE SET " + write_assignments(assignments);
  if (check != "1") {
    sql += " WHERE CASE WHEN " + where + " THEN " + policy_check(*target.table, check) + " ELSE 0 END";
  } else if (where != "1") {
    sql += " WHERE " + where;
  }
  return sql;
}

}  // namespace

Result<std::string> translate_conflict(Context& context, const ChangeTarget& target,
                                       const PgQuery__OnConflictClause* clause) {
  if (clause == nullptr) return std::string();
  HF_TRY(const auto columns, conflict_columns(context, *target.table, *clause));
  std::string sql = " ON CONFLICT";
  std::string list;
  for (const auto& column : columns) list += (list.empty() ? "" : ", ") + quote_identifier(column);
  if (!list.empty()) sql += " (" + list + ")";
  if (clause->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_NOTHING) return sql + " DO NOTHING";
  if (list.empty()) {
    return failure(context, clause->location, "42601",
                   "ON CONFLICT DO UPDATE requires inference specification or constraint name");
  }
  HF_TRY(const auto action, do_update(context, target, *clause));
  return sql + action;
}

}  // namespace holdfast::schema::detail
