#include "schema/query_disjoint.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>

#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

/// `SELECT * FROM table WHERE condition` and nothing else.
bool is_plain(const PgQuery__SelectStmt& select) {
  const bool bare =
      select.n_values_lists == 0 && select.n_distinct_clause == 0 && select.n_group_clause == 0 &&
      select.having_clause == nullptr && select.n_window_clause == 0 && select.n_sort_clause == 0 &&
      select.limit_count == nullptr && select.limit_offset == nullptr && select.n_locking_clause == 0 &&
      select.with_clause == nullptr && select.into_clause == nullptr;
  if (!bare || select.where_clause == nullptr || select.n_target_list != 1 || select.n_from_clause != 1)
    return false;
  if (select.from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return false;
  if (select.target_list[0]->node_case != PG_QUERY__NODE__NODE_RES_TARGET) return false;
  const auto* value = select.target_list[0]->res_target->val;
  if (value == nullptr || value->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return false;
  const auto& column = *value->column_ref;
  return column.n_fields == 1 && column.fields[0]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

bool same_table(const PgQuery__SelectStmt& left, const PgQuery__SelectStmt& right) {
  const auto& a = *left.from_clause[0]->range_var;
  const auto& b = *right.from_clause[0]->range_var;
  return a.alias == nullptr && b.alias == nullptr && std::string_view(a.relname) == b.relname &&
         std::string_view(a.schemaname) == b.schemaname;
}

bool carries_key(const Rows& rows) {
  const auto first =
      std::ranges::find_if(rows.columns, [](const auto& c) { return c.origin_table != nullptr; });
  if (first == rows.columns.end()) return false;
  const Table& table = *first->origin_table;
  if (table.is_view() || !table.primary_key.has_value()) return false;
  return std::ranges::all_of(table.primary_key->columns, [&](const std::string& name) {
    const Column* key = table.find_column(name);
    return std::ranges::any_of(rows.columns, [&](const auto& c) { return c.origin == key; });
  });
}

/// A condition that may answer differently when it is asked again cannot tell two parts from each other.
bool is_stable(const Rows& rows) {
  constexpr std::array<std::string_view, 6> kVarying{"pg_clock_timestamp", "pg_gen_random_uuid", "pg_nextval",
                                                     "pg_setval",          "pg_raise",           "random"};
  return std::ranges::none_of(kVarying, [&](auto name) { return rows.sql.find(name) != std::string::npos; });
}

/// `own AND earlier IS NOT TRUE AND ...`, made of nodes that it owns.
class Distinguished {
 public:
  Distinguished(Node* own, const std::vector<Node*>& earlier) {
    arguments_.push_back(own);
    for (auto* condition : earlier) {
      auto& test = tests_.emplace_back();
      pg_query__boolean_test__init(&test);
      test.arg = condition;
      test.booltesttype = PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE;
      auto& node = nodes_.emplace_back();
      pg_query__node__init(&node);
      node.node_case = PG_QUERY__NODE__NODE_BOOLEAN_TEST;
      node.boolean_test = &test;
      arguments_.push_back(&node);
    }
    pg_query__bool_expr__init(&expression_);
    expression_.boolop = PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
    expression_.n_args = arguments_.size();
    expression_.args = arguments_.data();
    pg_query__node__init(&all_);
    all_.node_case = PG_QUERY__NODE__NODE_BOOL_EXPR;
    all_.bool_expr = &expression_;
  }
  Distinguished(const Distinguished&) = delete;
  Distinguished& operator=(const Distinguished&) = delete;

  [[nodiscard]] Node* node() { return &all_; }

 private:
  std::deque<PgQuery__BooleanTest> tests_;
  std::deque<Node> nodes_;
  std::vector<Node*> arguments_;
  PgQuery__BoolExpr expression_;
  Node all_;
};

}  // namespace

Result<std::optional<Rows>> translate_disjoint(const Context& context,
                                               const std::vector<const PgQuery__SelectStmt*>& leaves,
                                               const std::vector<Rows>& translated,
                                               const RowsWanted& wanted) {
  const bool fits = std::ranges::all_of(
      leaves, [&](const auto* leaf) { return is_plain(*leaf) && same_table(*leaf, *leaves.front()); });
  if (!fits || !carries_key(translated.front()) || !std::ranges::all_of(translated, is_stable))
    return std::optional<Rows>();
  std::optional<Rows> all;
  std::vector<Node*> earlier;
  for (const auto* leaf : leaves) {
    PgQuery__SelectStmt part = *leaf;
    Distinguished condition(leaf->where_clause, earlier);
    if (!earlier.empty()) part.where_clause = condition.node();
    earlier.push_back(leaf->where_clause);
    HF_TRY(auto rows, translate_rows(context, part, wanted));
    if (all.has_value()) {
      all->sql += " UNION ALL " + rows.sql;
    } else {
      all = std::move(rows);
    }
  }
  for (auto& column : all->columns) column.origin = nullptr;
  return all;
}

}  // namespace holdfast::schema::detail
