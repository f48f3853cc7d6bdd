#include "schema/query_modify_target.hpp"

#include <algorithm>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

Error generated_column(const Context& context, const Column& column, int location) {
  return failure(context, location, "428C9", "column \"" + column.name + "\" can only be updated to DEFAULT",
                 "The column is generated.");
}

/// One of `(a, b) = (1, 2)`.
Result<const Node*> assigned_node(const Context& context, const Node* value, int location) {
  if (value->node_case != PG_QUERY__NODE__NODE_MULTI_ASSIGN_REF) return value;
  const auto& reference = *value->multi_assign_ref;
  if (reference.source->node_case != PG_QUERY__NODE__NODE_ROW_EXPR) {
    return untranslatable(context, location, "(columns) = (SELECT ...)", "Set the columns one by one.");
  }
  const auto& row = *reference.source->row_expr;
  if (static_cast<int>(row.n_args) != reference.ncolumns) {
    return failure(context, location, "42601", "number of columns does not match number of values");
  }
  return static_cast<const Node*>(row.args[reference.colno - 1]);
}

Result<Assignment> assignment(const Context& context, const Table& table, const PgQuery__ResTarget& item) {
  if (item.n_indirection > 0) {
    return untranslatable(context, item.location, "an assignment to a part of a column",
                          "Set the whole column.");
  }
  HF_TRY(const auto* column, writable_column(context, table, item.name, Privilege::update, item.location));
  HF_TRY(const auto* node, assigned_node(context, item.val, item.location));
  if (node->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT) return Assignment{column, default_sql(*column)};
  if (column->generated == Generated::stored || column->generated == Generated::identity_always) {
    return generated_column(context, *column, item.location);
  }
  HF_TRY(auto value, translate(context, node));
  HF_TRY(auto sql, assigned(context, *column, std::move(value), first_location(node)));
  return Assignment{column, std::move(sql)};
}

}  // namespace

Result<ChangeTarget> open_target(const Context& context, const PgQuery__RangeVar& range) {
  const auto name = qualified(range);
  const auto* table = context.statement.catalogue.find_table(name);
  if (table == nullptr) {
    return failure(context, range.location, "42P01", "relation \"" + name.to_string() + "\" does not exist");
  }
  if (table->is_view()) {
    return untranslatable(context, range.location, "a write through a view", "Write to its table.");
  }
  const auto engine_name = name.engine_name();
  context.statement.aliases.insert(engine_name);
  const std::string called = range.alias != nullptr ? range.alias->aliasname : range.relname;
  context.scope->sources.push_back(table_source(*table, called, engine_name));
  return ChangeTarget{table, quote_identifier(engine_name)};
}

Result<const Column*> writable_column(const Context& context, const Table& table, std::string_view name,
                                      Privilege privilege, int location) {
  const auto* column = table.find_column(name);
  if (column == nullptr) {
    return failure(
        context, location, "42703",
        "column \"" + std::string(name) + "\" of relation \"" + table.name.name + "\" does not exist");
  }
  if (!has_column_privilege(context.statement.catalogue, context.role, table, name, privilege)) {
    return failure(context, location, "42501", "permission denied for table " + table.name.name);
  }
  return column;
}

Result<std::string> assigned(const Context& context, const Column& column, Operand value, int location) {
  const auto from = value.type;
  auto coerced = coerce(std::move(value), column.type, CastContext::assignment);
  if (!coerced.ok() && coerced.error().code == "42804") {
    return failure(context, location, "42804",
                   "column \"" + column.name + "\" is of type " + types::format_type(column.type) +
                       " but expression is of type " + types::format_type(from),
                   "You will need to rewrite or cast the expression.");
  }
  HF_TRY(auto sql, located(context, location, std::move(coerced)));
  return std::move(sql.sql);
}

Result<std::vector<Assignment>> translate_assignments(const Context& context, const Table& table,
                                                      std::span<Node* const> list) {
  std::vector<Assignment> assignments;
  for (const auto* node : list) {
    const auto& item = *node->res_target;
    HF_TRY(auto made, assignment(context, table, item));
    const auto same = [&](const Assignment& a) { return a.column == made.column; };
    if (std::ranges::any_of(assignments, same)) {
      return failure(context, item.location, "42601",
                     "multiple assignments to same column \"" + made.column->name + "\"");
    }
    assignments.push_back(std::move(made));
  }
  if (const auto* touched = table.find_column(table.touch_column)) {
    std::erase_if(assignments, [&](const Assignment& a) { return a.column == touched; });
    assignments.push_back({touched, "pg_now()"});
  }
  return assignments;
}

std::string write_assignments(const std::vector<Assignment>& assignments) {
  std::string sql;
  for (const auto& item : assignments) {
    sql += (sql.empty() ? "" : ", ") + quote_identifier(item.column->name) + " = " + item.sql;
  }
  return sql;
}

std::string default_sql(const Column& column) {
  return column.default_value ? column.default_value->sqlite : std::string("NULL");
}

std::string policy_check(const Table& table, const std::string& condition) {
  const auto message = "new row violates row-level security policy for table \"" + table.name.name + "\"";
  return "CASE WHEN " + condition + " THEN 1 ELSE pg_raise('42501', " + quote_literal(message) +
         ", '', '') END";
}

std::string both(const std::string& left, const std::string& right) {
  if (left == "1") return right;
  if (right == "1") return left;
  return enclosed(left) + " AND " + enclosed(right);
}

Result<std::vector<Rows::Column>> returning_columns(const Context& context, std::span<Node* const> list,
                                                    std::string& sql) {
  if (list.empty()) return std::vector<Rows::Column>();
  HF_TRY(const auto targets, translate_targets(context, list, {}));
  auto written = write_targets(targets, false);
  sql = std::move(written.sql);
  return std::move(written.columns);
}

Result<Rows> translate_change(const Context& context, const Node* node) {
  context.statement.on_writer = true;
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
      return translate_insert(context, *node->insert_stmt);
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
      return translate_update(context, *node->update_stmt);
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      return translate_delete(context, *node->delete_stmt);
    default:
      return untranslatable(context, first_location(node), "this statement",
                            "SELECT, INSERT, UPDATE and DELETE run here; DDL belongs into a migration.");
  }
}

}  // namespace holdfast::schema::detail
