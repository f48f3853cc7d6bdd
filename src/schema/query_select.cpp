#include "schema/query_select.hpp"

#include <algorithm>

#include "schema/calls.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_from.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

/// A plain SELECT under way: each step fills the parts that writing it needs.
class SelectTranslator {
 public:
  SelectTranslator(const Context& outer, const PgQuery__SelectStmt& select, const RowsWanted& wanted)
      : context_(outer), select_(select), wanted_(wanted) {
    scope_.outer = outer.scope;
    scope_.grouping = &grouping_;
    context_.scope = &scope_;
    context_.met_aggregate = &aggregates_;
    context_.lateral_sources = nullptr;
    context_.aggregates = AggregateUse::forbidden;
    context_.windows = &windows_;
  }

  Result<Rows> run();

 private:
  Result<void> from();
  Result<void> where();
  Result<void> group_by();
  Result<void> add_group_key(const Node* node);
  Result<void> windows();
  Result<void> targets();
  Result<void> having();
  Result<void> order();
  Result<void> check_grouping() const;
  void note_determined_sources();
  Result<Rows> write(std::string with) const;
  Result<Rows> write_distinct_on(std::string with);
  [[nodiscard]] std::string tail() const;
  [[nodiscard]] bool grouped() const { return !group_keys_.empty() || aggregates_ || !having_.empty(); }

  Context context_;
  const PgQuery__SelectStmt& select_;
  const RowsWanted& wanted_;
  Scope scope_;
  Grouping grouping_;
  std::map<std::string, std::string, std::less<>> windows_;
  From from_;
  std::vector<std::string> conditions_;
  std::vector<std::string> group_keys_;
  std::string having_;
  std::vector<Target> targets_;
  std::vector<std::string> order_;
  std::vector<std::string> set_sources_;
  Limit limit_;
  bool aggregates_ = false;
};

Result<void> SelectTranslator::from() {
  HF_TRY(from_, translate_from(context_, nodes(select_.from_clause, select_.n_from_clause)));
  conditions_ = from_.conditions;
  return {};
}

Result<void> SelectTranslator::where() {
  if (select_.where_clause == nullptr) return {};
  context_.clause = "WHERE";
  HF_TRY(auto condition, translate_condition(context_, select_.where_clause, "WHERE"));
  conditions_.push_back(std::move(condition.sql));
  return {};
}

/// `GROUP BY name` means a source's column first, an output second; a number is a position.
Result<void> SelectTranslator::add_group_key(const Node* node) {
  if (node->node_case == PG_QUERY__NODE__NODE_GROUPING_SET) {
    return untranslatable(context_, node->grouping_set->location, "GROUPING SETS, ROLLUP and CUBE",
                          "Combine several grouped queries by UNION ALL.");
  }
  const Node* expression = node;
  if (node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
      node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL) {
    const auto position = node->a_const->ival->ival;
    if (position < 1 || position > static_cast<int>(select_.n_target_list)) {
      return failure(context_, node->a_const->location, "42P10",
                     "GROUP BY position " + std::to_string(position) + " is not in select list");
    }
    expression = select_.target_list[position - 1]->res_target->val;
  }
  context_.clause = "GROUP BY";
  auto key = translate(context_, expression);
  if (!key.ok() && key.error().code == "42703" && node->node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
    const auto name = implied_name(node);
    for (const auto* item : nodes(select_.target_list, select_.n_target_list)) {
      const auto& target = *item->res_target;
      if (target.name != nullptr && name == target.name) key = translate(context_, target.val);
    }
  }
  if (!key.ok()) return std::move(key).error();
  HF_TRY(const auto settled, settle(*std::move(key)));
  HF_CHECK(check_equality(context_, settled.type, settled.location));
  grouping_.keys.insert(settled.sql);
  group_keys_.push_back(enclosed(settled.sql) + collate_clause(settled.type));
  return {};
}

/// A table whose whole primary key is grouped determines its other columns.
void SelectTranslator::note_determined_sources() {
  for (const auto& source : scope_.sources) {
    if (source.table == nullptr || !source.table->primary_key || source.table->is_view()) continue;
    const bool all = std::ranges::all_of(source.table->primary_key->columns, [&](const std::string& name) {
      const auto column = std::ranges::find(source.columns, name, &SourceColumn::name);
      return column != source.columns.end() && grouping_.keys.contains(column->value.sql);
    });
    if (all) grouping_.determined.insert(&source);
  }
}

Result<void> SelectTranslator::group_by() {
  for (const auto* node : nodes(select_.group_clause, select_.n_group_clause)) HF_CHECK(add_group_key(node));
  note_determined_sources();
  grouping_.active = true;
  context_.aggregates = AggregateUse::allowed;
  return {};
}

Result<void> SelectTranslator::windows() {
  for (const auto* node : nodes(select_.window_clause, select_.n_window_clause)) {
    HF_TRY(auto definition, translate_window(context_, *node->window_def));
    windows_[node->window_def->name] = std::move(definition);
  }
  return {};
}

Result<void> SelectTranslator::targets() {
  context_.clause = "SELECT";
  context_.lateral_sources = &set_sources_;
  HF_TRY(targets_, translate_targets(context_, nodes(select_.target_list, select_.n_target_list), wanted_));
  context_.lateral_sources = nullptr;
  if (set_sources_.empty()) return {};
  if (set_sources_.size() > 1 || aggregates_ || !group_keys_.empty()) {
    return untranslatable(context_, first_location(select_.target_list[0]),
                          "several set-returning functions, or one beside GROUP BY, in a SELECT list",
                          "Move them into FROM.");
  }
  from_.sql += (from_.sql.empty() ? "" : ", ") + set_sources_.front();
  return {};
}

Result<void> SelectTranslator::having() {
  if (select_.having_clause == nullptr) return {};
  context_.clause = "HAVING";
  HF_TRY(const auto condition, translate_condition(context_, select_.having_clause, "HAVING"));
  having_ = condition.sql;
  return {};
}

Result<void> SelectTranslator::order() {
  context_.clause = "ORDER BY";
  HF_TRY(order_, translate_order(context_, nodes(select_.sort_clause, select_.n_sort_clause), targets_));
  context_.clause = "LIMIT";
  grouping_.active = false;
  Context outside = context_;
  outside.scope = scope_.outer;
  HF_TRY(limit_, translate_limit(outside, select_));
  return {};
}

Result<void> SelectTranslator::check_grouping() const {
  if (!grouped() || grouping_.loose.empty()) return {};
  const auto& [name, location] = grouping_.loose.front();
  return failure(
      context_, location, "42803",
      "column \"" + name + "\" must appear in the GROUP BY clause or be used in an aggregate function");
}

std::string SelectTranslator::tail() const {
  std::string sql;
  if (!from_.sql.empty()) sql += " FROM " + from_.sql;
  const bool looks_at_clock = context_.statement.on_writer && !from_.sql.empty();
  std::vector<std::string> conditions;
  for (const auto& condition : conditions_)
    conditions.push_back(conditions_.size() == 1 && !looks_at_clock ? condition : enclosed(condition));
  if (looks_at_clock) conditions.emplace_back(kDeadlineCheck);
  if (!conditions.empty()) sql += " WHERE " + joined(conditions, " AND ");
  if (!group_keys_.empty()) sql += " GROUP BY " + joined(group_keys_, ", ");
  if (!having_.empty()) sql += " HAVING " + having_;
  return sql;
}

Result<Rows> SelectTranslator::write(std::string with) const {
  const bool distinct = select_.n_distinct_clause > 0;
  for (const auto& target : targets_) {
    if (distinct) HF_CHECK(check_equality(context_, target.value.type, target.value.location));
  }
  auto list = write_targets(targets_, distinct);
  Rows rows;
  rows.sql = std::move(with) + (distinct ? "SELECT DISTINCT " : "SELECT ") + list.sql + tail();
  if (!order_.empty()) rows.sql += " ORDER BY " + joined(order_, ", ");
  rows.sql += limit_.sql;
  rows.columns = std::move(list.columns);
  rows.at_most_one = limit_.one || (from_.sql.empty()) || (aggregates_ && group_keys_.empty());
  return rows;
}

/// DISTINCT ON keeps the first row of each key: the row that row_number() counts as 1.
Result<Rows> SelectTranslator::write_distinct_on(std::string with) {
  std::vector<std::string> keys;
  for (const auto* node : nodes(select_.distinct_clause, select_.n_distinct_clause)) {
    HF_TRY(const auto key, translate(context_, node));
    keys.push_back(enclosed(key.sql) + collate_clause(key.type));
  }
  auto list = write_targets(targets_, false);
  HF_TRY(const auto alias, fresh_alias(context_.statement, "first"));
  auto sql = "SELECT " + list.sql + ", row_number() OVER (PARTITION BY " + joined(keys, ", ");
  if (!order_.empty()) sql += " ORDER BY " + joined(order_, ", ");
  sql += ") AS \"hf:place\", row_number() OVER (";
  if (!order_.empty()) sql += "ORDER BY " + joined(order_, ", ");
  sql += ") AS \"hf:order\"" + tail();
  std::string names;
  for (const auto& column : list.columns)
    names += (names.empty() ? "" : ", ") + quote_identifier(column.sql_name);
  Rows rows;
  rows.sql = std::move(with) + "SELECT " + names + " FROM (" + sql + ") AS " + quote_identifier(alias) +
             " WHERE \"hf:place\" = 1 ORDER BY \"hf:order\"" + limit_.sql;
  rows.columns = std::move(list.columns);
  rows.at_most_one = limit_.one;
  return rows;
}

Result<Rows> SelectTranslator::run() {
  if (select_.into_clause != nullptr) {
    return untranslatable(context_, -1, "SELECT INTO", "Use INSERT INTO ... SELECT.");
  }
  HF_TRY(auto with, translate_with(context_, select_.with_clause));
  HF_CHECK(from());
  HF_CHECK(where());
  HF_CHECK(group_by());
  HF_CHECK(windows());
  HF_CHECK(targets());
  HF_CHECK(having());
  HF_CHECK(order());
  HF_CHECK(check_grouping());
  const bool distinct_on =
      select_.n_distinct_clause > 0 && select_.distinct_clause[0]->node_case != PG_QUERY__NODE__NODE__NOT_SET;
  return distinct_on ? write_distinct_on(std::move(with)) : write(std::move(with));
}

}  // namespace

Result<Rows> translate_rows(const Context& context, const PgQuery__SelectStmt& select,
                            const RowsWanted& wanted) {
  const Nesting nesting(context.statement);
  HF_CHECK(nesting.check(context, -1));
  if (select.n_values_lists > 0) return translate_values(context, select, wanted);
  const bool plain = select.op == PG_QUERY__SET_OPERATION__SETOP_NONE ||
                     select.op == PG_QUERY__SET_OPERATION__SET_OPERATION_UNDEFINED;
  if (!plain) return translate_set_operation(context, select, wanted);
  return SelectTranslator(context, select, wanted).run();
}

Result<Rows> translate_rows(const Context& context, const Node* node, const RowsWanted& wanted) {
  if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return untranslatable(context, first_location(node), "a statement that writes inside a query",
                          "Run it as a statement of its own.");
  }
  return translate_rows(context, *node->select_stmt, wanted);
}

}  // namespace holdfast::schema::detail
