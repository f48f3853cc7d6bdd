#include "records/new_row.hpp"

#include <algorithm>

#include "schema/query.hpp"

namespace holdfast::records {
namespace {

using schema::Column;
using schema::Table;

bool is_generated(const Column& column) { return column.generated == schema::Generated::stored; }

std::string engine_name(const Table& table) { return schema::quote_identifier(table.name.engine_name()); }

std::string named(const std::string& value, const Column& column) {
  return value + " AS " + schema::quote_identifier(column.name);
}

std::string generated_columns(const Table& table) {
  std::string list;
  for (const auto& column : table.columns) {
    if (is_generated(column)) list += ", " + named("(" + column.default_value->sqlite + ")", column);
  }
  return list;
}

std::string stored_values(const Table& table, const ValueOf& value) {
  std::vector<std::string> values;
  for (const auto& column : table.columns) {
    if (!is_generated(column)) values.push_back(named(value(column), column));
  }
  return "SELECT " + join(values, ", ");
}

std::string stored_columns(const Table& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    if (!is_generated(column)) names.push_back(schema::quote_identifier(column.name));
  }
  return join(names, ", ");
}

ValueOf new_values(const GivenRow& row) {
  return [&row](const Column& column) {
    const auto at = std::ranges::find(row.columns, &column);
    if (at != row.columns.end()) return "$" + std::to_string(at - row.columns.begin() + 1);
    return default_sql(column);
  };
}

// Materialized, so that a default that differs each time is the same when it is checked and stored.
std::string made_row(const WritePlan& plan, const GivenRow& row) {
  return "WITH \"hf:row\" AS MATERIALIZED (" + stored_values(*plan.base, new_values(row)) + ") ";
}

std::string checked_row(const WritePlan& plan) {
  return " FROM (SELECT *" + generated_columns(*plan.base) + " FROM \"hf:row\") AS rest0 WHERE " +
         policy_guard(*plan.base, plan.insert_policy);
}

std::string plain_insert(const WritePlan& plan, const GivenRow& row) {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto* column : row.columns) {
    names.push_back(schema::quote_identifier(column->name));
    values.push_back("$" + std::to_string(names.size()));
  }
  return "INSERT INTO " + engine_name(*plan.base) +
         (names.empty() ? " DEFAULT VALUES"
                        : " (" + join(names, ", ") + ") VALUES (" + join(values, ", ") + ")");
}

std::string checked_insert(const WritePlan& plan, const GivenRow& row) {
  const std::string columns = stored_columns(*plan.base);
  return made_row(plan, row) + "INSERT INTO " + engine_name(*plan.base) + " (" + columns + ") SELECT " +
         columns + checked_row(plan);
}

// The row that stands must be one that may be updated; then the row that it becomes is asked.
std::string merge_policy(const WritePlan& plan, const std::vector<const Column*>& merged) {
  const Table& table = *plan.base;
  std::string guard = "1";
  if (plan.merged_policy != "1") {
    const auto value = [&](const Column& column) {
      if (column.name == table.touch_column) return std::string("pg_now()");
      const bool changes = std::ranges::find(merged, &column) != merged.end();
      return (changes ? "excluded" : engine_name(table)) + "." + schema::quote_identifier(column.name);
    };
    const std::string becomes =
        "(SELECT " + plan.merged_policy + " FROM " + coming_row(table, value, "") + ")";
    guard = policy_guard(table, becomes);
  }
  if (plan.met_policy == "1") return guard;
  return "CASE WHEN " + policy_guard(table, plan.met_policy, " (USING expression)") + " THEN " + guard +
         " END";
}

std::string on_conflict(const WritePlan& plan, const GivenRow& row) {
  std::vector<const Column*> merged = row.columns;
  std::erase(merged, row.drawn_key);
  if (plan.conflict.empty() || merged.empty()) return {};
  std::vector<std::string> target;
  for (const auto* column : plan.conflict) target.push_back(schema::quote_identifier(column->name));
  const std::string sql = " ON CONFLICT (" + join(target, ", ") + ") DO ";
  if (!plan.merges) return sql + "NOTHING";
  std::vector<std::string> assignments;
  for (const auto* column : merged) {
    const std::string name = schema::quote_identifier(column->name);
    assignments.push_back(name + " = excluded." + name);
  }
  const std::string policy = merge_policy(plan, merged);
  return sql + "UPDATE SET " + join(assignments, ", ") + (policy == "1" ? "" : " WHERE " + policy);
}

}  // namespace

std::string coming_row(const Table& table, const ValueOf& value, const std::string& from) {
  return "(SELECT *" + generated_columns(table) + " FROM (" + stored_values(table, value) +
         (from.empty() ? "" : " FROM " + from) + ")) AS rest0";
}

std::string policy_guard(const Table& table, const std::string& condition, std::string_view which) {
  const std::string message = "new row violates row-level security policy" + std::string(which) +
                              " for table \"" + table.name.name + "\"";
  return "CASE WHEN " + condition + " THEN 1 ELSE pg_raise('42501', " + schema::quote_literal(message) +
         ", '', '') END";
}

const Column* numbered_key(const Table& table) {
  const auto at = std::ranges::find_if(table.columns, [](const Column& column) {
    return !column.sequence.empty() && !column.default_value.has_value();
  });
  return at == table.columns.end() ? nullptr : &*at;
}

const Column* drawn_key(const WritePlan& plan) {
  return plan.insert_policy == "1" ? nullptr : numbered_key(*plan.base);
}

std::string insert_sql(const WritePlan& plan, const GivenRow& row) {
  return (plan.insert_policy == "1" ? plain_insert(plan, row) : checked_insert(plan, row)) +
         on_conflict(plan, row) + (plan.wants_keys && !plan.conflict.empty() ? " RETURNING _rowid_" : "");
}

std::string insert_policy_sql(const WritePlan& plan, const GivenRow& row) {
  return made_row(plan, row) + "SELECT 1" + checked_row(plan);
}

}  // namespace holdfast::records
