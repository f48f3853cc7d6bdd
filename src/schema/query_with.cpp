#include <algorithm>

#include "schema/expression.hpp"
#include "schema/query.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

Result<CommonTable> declare(const Context& context, const PgQuery__CommonTableExpr& expression,
                            const std::vector<Rows::Column>& columns) {
  CommonTable table;
  // Never the name of a real table, which an inlined body may mean.
  HF_TRY(table.sql_name, fresh_alias(context.statement, std::string(expression.ctename) + "#with"));
  const auto names = strings_of(nodes(expression.aliascolnames, expression.n_aliascolnames));
  if (names.size() > columns.size()) {
    return failure(context, expression.location, "42P10",
                   "WITH query \"" + std::string(expression.ctename) + "\" has " +
                       std::to_string(columns.size()) + " columns available but " +
                       std::to_string(names.size()) + " columns specified");
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    table.columns.push_back({.name = i < names.size() ? names[i] : columns[i].sql_name,
                             .type = columns[i].type,
                             .origin = columns[i].origin,
                             .origin_table = columns[i].origin_table});
  }
  return table;
}

std::string header(const CommonTable& table) {
  std::string names;
  for (const auto& column : table.columns)
    names += (names.empty() ? "" : ", ") + quote_identifier(column.name);
  return quote_identifier(table.sql_name) + "(" + names + ")";
}

std::string materialized_word(const PgQuery__CommonTableExpr& expression) {
  if (expression.ctematerialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeAlways)
    return " AS MATERIALIZED (";
  if (expression.ctematerialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeNever)
    return " AS NOT MATERIALIZED (";
  return " AS (";
}

bool mentions(const Node* node, std::string_view table) {
  bool found = false;
  walk(node, [&](std::string_view type, ProtobufCMessage& message) {
    if (type == "RangeVar") {
      const auto& range = reinterpret_cast<const PgQuery__RangeVar&>(message);
      found = found || (range.relname != nullptr && table == range.relname);
    }
    return !found;
  });
  return found;
}

/// WITH RECURSIVE: the first part gives the columns, the second may read the table.
Result<std::string> recursive(Context& context, CommonTables& tables,
                              const PgQuery__CommonTableExpr& expression) {
  const auto& select = *expression.ctequery->select_stmt;
  if (select.op != PG_QUERY__SET_OPERATION__SETOP_UNION || select.n_sort_clause > 0) {
    return failure(context, expression.location, "42P19",
                   "recursive query \"" + std::string(expression.ctename) +
                       "\" does not have the form non-recursive-term UNION [ALL] recursive-term");
  }
  HF_TRY(const auto first, translate_rows(context, *select.larg));
  HF_TRY(auto table, declare(context, expression, first.columns));
  for (auto& column : table.columns) column.origin = nullptr;
  tables[expression.ctename] = table;
  Context inner = context;
  inner.common_tables = std::make_shared<const CommonTables>(tables);
  RowsWanted wanted;
  for (const auto& column : first.columns) wanted.types.push_back(column.type);
  HF_TRY(const auto next, translate_rows(inner, *select.rarg, wanted));
  if (next.columns.size() != first.columns.size()) {
    return failure(context, expression.location, "42601",
                   "each UNION query must have the same number of columns");
  }
  return header(table) + " AS (" + first.sql + (select.all != 0 ? " UNION ALL " : " UNION ") + next.sql + ")";
}

Result<std::string> plain(Context& context, CommonTables& tables,
                          const PgQuery__CommonTableExpr& expression) {
  HF_TRY(const auto rows, translate_rows(context, expression.ctequery));
  HF_TRY(auto table, declare(context, expression, rows.columns));
  auto sql = header(table) + materialized_word(expression) + rows.sql + ")";
  tables[expression.ctename] = std::move(table);
  return sql;
}

}  // namespace

Result<std::string> translate_with(Context& context, const PgQuery__WithClause* with) {
  if (with == nullptr) return std::string();
  auto tables = context.common_tables == nullptr ? CommonTables() : *context.common_tables;
  std::vector<std::string> parts;
  Context inner = context;
  inner.scope = context.scope == nullptr ? nullptr : context.scope->outer;
  for (const auto* node : nodes(with->ctes, with->n_ctes)) {
    const auto& expression = *node->common_table_expr;
    const bool is_select = expression.ctequery->node_case == PG_QUERY__NODE__NODE_SELECT_STMT;
    if (!is_select || expression.search_clause != nullptr || expression.cycle_clause != nullptr) {
      return untranslatable(
          context, expression.location, "this WITH query",
          "WITH takes SELECT, without SEARCH or CYCLE; run writes as statements of their own.");
    }
    inner.common_tables = std::make_shared<const CommonTables>(tables);
    const bool recurses = with->recursive != 0 && mentions(expression.ctequery, expression.ctename);
    HF_TRY(auto part, recurses ? recursive(inner, tables, expression) : plain(inner, tables, expression));
    parts.push_back(std::move(part));
  }
  context.common_tables = std::make_shared<const CommonTables>(std::move(tables));
  return (with->recursive != 0 ? "WITH RECURSIVE " : "WITH ") + joined(parts, ", ") + " ";
}

}  // namespace holdfast::schema::detail
