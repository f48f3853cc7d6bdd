#include <algorithm>

#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_disjoint.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

bool is_set_operation(const PgQuery__SelectStmt& select) {
  return select.op == PG_QUERY__SET_OPERATION__SETOP_UNION ||
         select.op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT ||
         select.op == PG_QUERY__SET_OPERATION__SETOP_EXCEPT;
}

bool is_dressed(const PgQuery__SelectStmt& select) {
  return select.with_clause != nullptr || select.n_sort_clause > 0 || select.limit_count != nullptr ||
         select.limit_offset != nullptr;
}

/// The SELECTs that a tree of set operations is made of.
void collect_leaves(const PgQuery__SelectStmt& select, std::vector<const PgQuery__SelectStmt*>& leaves) {
  if (is_set_operation(select) && !is_dressed(select)) {
    collect_leaves(*select.larg, leaves);
    collect_leaves(*select.rarg, leaves);
  } else {
    leaves.push_back(&select);
  }
}

/// UNION through and through, so that no row comes twice.
bool is_union(const PgQuery__SelectStmt& select) {
  if (!is_set_operation(select) || is_dressed(select)) return true;
  return select.op == PG_QUERY__SET_OPERATION__SETOP_UNION && select.all == 0 && is_union(*select.larg) &&
         is_union(*select.rarg);
}

/// What each column is to be, from all leaves; unknown where none says.
Result<std::vector<types::Type>> common_types(const Context& context, const std::vector<Rows>& leaves) {
  std::vector<types::Type> types;
  for (std::size_t i = 0; i < leaves.front().columns.size(); ++i) {
    std::vector<Operand> parts;
    for (const auto& leaf : leaves) {
      if (leaf.columns.size() != leaves.front().columns.size()) {
        return failure(context, -1, "42601",
                       "each query of a set operation must have the same number of columns");
      }
      parts.push_back(computed("", leaf.columns[i].untyped ? type_of(Kind::unknown) : leaf.columns[i].type));
    }
    HF_TRY(auto type, common_type(parts, "UNION"));
    types.push_back(std::move(type));
  }
  return types;
}

std::string operator_word(const PgQuery__SelectStmt& select) {
  if (select.op == PG_QUERY__SET_OPERATION__SETOP_UNION) return select.all != 0 ? " UNION ALL " : " UNION ";
  return select.op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT ? " INTERSECT " : " EXCEPT ";
}

/// The rows with a number that tells equal ones apart: so counted, INTERSECT and EXCEPT keep doubles.
std::string numbered(const Rows& rows) {
  std::vector<std::string> names;
  std::vector<std::string> keys;
  for (const auto& column : rows.columns) {
    names.push_back(quote_identifier(column.sql_name) + collate_clause(column.type) + " AS " +
                    quote_identifier(column.sql_name));
    keys.push_back(quote_identifier(column.sql_name) + collate_clause(column.type));
  }
  return "SELECT " + joined(names, ", ") + ", row_number() OVER (PARTITION BY " + joined(keys, ", ") +
         ") AS \"hf:copy\" FROM (" + rows.sql + ")";
}

Rows joined_by(const PgQuery__SelectStmt& select, Rows left, const Rows& right) {
  const bool counts_copies = select.all != 0 && select.op != PG_QUERY__SET_OPERATION__SETOP_UNION;
  if (counts_copies && !left.columns.empty()) {
    std::vector<std::string> names;
    for (const auto& column : left.columns) names.push_back(quote_identifier(column.sql_name));
    left.sql = "SELECT " + joined(names, ", ") + " FROM (" + numbered(left) + operator_word(select) +
               numbered(right) + ")";
  } else {
    left.sql += operator_word(select) +
                (is_set_operation(*select.rarg) ? "SELECT * FROM (" + right.sql + ")" : right.sql);
  }
  left.at_most_one = false;
  for (auto& column : left.columns) column.origin = nullptr;
  return left;
}

/// The tree again with every leaf's columns as the common types. SQLite chains operators from the left, so
/// a tree on the right becomes a sub-select.
Result<Rows> combine(const Context& context, const PgQuery__SelectStmt& select, const RowsWanted& wanted) {
  const Nesting nesting(context.statement);
  HF_CHECK(nesting.check(context, -1));
  if (!is_set_operation(select) || is_dressed(select)) {
    HF_TRY(auto rows, translate_rows(context, select, wanted));
    std::vector<std::string> names;
    for (const auto& column : rows.columns) {
      names.push_back(quote_identifier(column.sql_name) + collate_clause(column.type) + " AS " +
                      quote_identifier(column.sql_name));
    }
    rows.sql = "SELECT " + joined(names, ", ") + " FROM (" + rows.sql + ")";
    return rows;
  }
  HF_TRY(auto left, combine(context, *select.larg, wanted));
  HF_TRY(const auto right, combine(context, *select.rarg, wanted));
  return joined_by(select, std::move(left), right);
}

Result<std::vector<std::vector<Operand>>> value_lists(const Context& context,
                                                      const PgQuery__SelectStmt& select) {
  std::vector<std::vector<Operand>> lists;
  for (const auto* node : nodes(select.values_lists, select.n_values_lists)) {
    HF_TRY(auto row, translate_all(context, nodes(node->list->items, node->list->n_items)));
    if (!lists.empty() && row.size() != lists.front().size()) {
      return failure(context, first_location(node), "42601", "VALUES lists must all be the same length");
    }
    lists.push_back(std::move(row));
  }
  return lists;
}

Result<types::Type> value_type(const std::vector<std::vector<Operand>>& lists, std::size_t index,
                               const RowsWanted& wanted) {
  if (index < wanted.types.size() && wanted.types[index].kind != Kind::unknown) return wanted.types[index];
  std::vector<Operand> parts;
  for (const auto& list : lists) parts.push_back(list[index]);
  return common_type(parts, "VALUES");
}

bool has_order_or_limit(const PgQuery__SelectStmt& select) {
  return select.n_sort_clause > 0 || select.limit_count != nullptr || select.limit_offset != nullptr;
}

/// ORDER BY and LIMIT of a compound, whose columns are `rows`.
Result<Rows> finish(const Context& context, const PgQuery__SelectStmt& select, std::string with, Rows rows) {
  HF_TRY(const auto order,
         translate_set_order(context, nodes(select.sort_clause, select.n_sort_clause), rows.columns));
  HF_TRY(const auto limit, translate_limit(context, select));
  if (select.n_values_lists > 0 && has_order_or_limit(select)) rows.sql = "SELECT * FROM (" + rows.sql + ")";
  if (!order.empty()) rows.sql += " ORDER BY " + joined(order, ", ");
  rows.sql = std::move(with) + rows.sql + limit.sql;
  rows.at_most_one = limit.one;
  return rows;
}

}  // namespace

Result<Rows> translate_set_operation(const Context& context, const PgQuery__SelectStmt& select,
                                     const RowsWanted& wanted) {
  Context inner = context;
  HF_TRY(auto with, translate_with(inner, select.with_clause));
  std::vector<const PgQuery__SelectStmt*> leaf_nodes;
  collect_leaves(*select.larg, leaf_nodes);
  collect_leaves(*select.rarg, leaf_nodes);
  std::vector<Rows> leaves;
  for (const auto* leaf : leaf_nodes) {
    HF_TRY(auto rows, translate_rows(inner, *leaf, wanted));
    leaves.push_back(std::move(rows));
    context.statement.sources++;
  }
  RowsWanted same;
  HF_TRY(same.types, common_types(inner, leaves));
  for (const auto& type : same.types) {
    const bool compares = select.op != PG_QUERY__SET_OPERATION__SETOP_UNION || select.all == 0;
    if (compares) HF_CHECK(check_equality(inner, type, -1));
  }
  const bool distinct = select.op == PG_QUERY__SET_OPERATION__SETOP_UNION && select.all == 0;
  if (distinct && is_union(*select.larg) && is_union(*select.rarg)) {
    HF_TRY(auto disjoint, translate_disjoint(inner, leaf_nodes, leaves, same));
    if (disjoint.has_value()) return finish(inner, select, std::move(with), *std::move(disjoint));
  }
  HF_TRY(auto left, combine(inner, *select.larg, same));
  HF_TRY(const auto right, combine(inner, *select.rarg, same));
  return finish(inner, select, std::move(with), joined_by(select, std::move(left), right));
}

Result<Rows> translate_values(const Context& context, const PgQuery__SelectStmt& select,
                              const RowsWanted& wanted) {
  Context inner = context;
  HF_TRY(auto with, translate_with(inner, select.with_clause));
  HF_TRY(auto lists, value_lists(inner, select));
  Rows rows;
  std::vector<std::string> tuples(lists.size());
  for (std::size_t i = 0; i < lists.front().size(); ++i) {
    HF_TRY(auto type, value_type(lists, i, wanted));
    for (std::size_t row = 0; row < lists.size(); ++row) {
      HF_TRY(const auto value,
             located(inner, lists[row][i].location, coerce(lists[row][i], type, CastContext::implicit)));
      tuples[row] += (i == 0 ? "" : ", ") + value.sql;
    }
    const auto name = "column" + std::to_string(i + 1);
    rows.columns.push_back({.name = name, .type = std::move(type), .sql_name = name});
  }
  rows.sql = "VALUES (" + joined(tuples, "), (") + ")";
  return finish(inner, select, std::move(with), std::move(rows));
}

}  // namespace holdfast::schema::detail
