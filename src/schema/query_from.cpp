#include "schema/query_from.hpp"

#include <algorithm>
#include <array>

#include "base/principal.hpp"
#include "schema/access_policies.hpp"
#include "schema/builtin_functions.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/expression.hpp"
#include "schema/operators.hpp"
#include "schema/query.hpp"
#include "schema/query_lateral.hpp"
#include "schema/query_select.hpp"
#include "schema/query_views.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// One FROM clause under way.
class FromTranslator {
 public:
  explicit FromTranslator(const Context& context) : context_(context) {}

  /// `nullable`: an outer join above may null the item's rows, so its conditions stay inside it.
  Result<std::string> item(const Node* node, bool nullable);
  std::vector<std::string> take_conditions() { return std::move(conditions_); }

 private:
  Result<std::string> relation(const PgQuery__RangeVar& range, bool nullable);
  Result<std::string> common_table(const PgQuery__RangeVar& range, const CommonTable& table);
  Result<std::string> base_table(const PgQuery__RangeVar& range, const Table& table, bool nullable);
  Result<std::string> view(const PgQuery__RangeVar& range, const Table& table);
  Result<std::string> sub_select(const PgQuery__RangeSubselect& range);
  Result<std::string> function(const PgQuery__RangeFunction& range);
  Result<std::string> join(const PgQuery__JoinExpr& expression, bool nullable);
  Result<std::string> join_condition(const PgQuery__JoinExpr& expression, std::size_t left,
                                     std::size_t right);
  Result<std::string> using_condition(const std::vector<std::string>& names, PgQuery__JoinType type,
                                      std::size_t left, std::size_t right, int location);
  Result<void> add(Source source, const PgQuery__Alias* alias, int location);
  Result<std::string> derived(const Rows& rows, std::string_view name, const PgQuery__Alias* alias,
                              const Table* table = nullptr);
  Result<std::string> lateral_rows(const Rows& rows, std::string_view name, const PgQuery__Alias* alias,
                                   int location);
  /// Nothing but its siblings could give a LATERAL query names.
  [[nodiscard]] bool stands_alone() const {
    return context_.scope->outer == nullptr && context_.arguments == nullptr;
  }
  /// The scope that a sub-select in FROM sees: what stands around the query, not its siblings.
  [[nodiscard]] Context around() const {
    Context outer = context_;
    outer.scope = context_.scope->outer;
    return outer;
  }

  const Context& context_;
  std::vector<std::string> conditions_;
};

std::string alias_name(const PgQuery__Alias* alias, std::string_view otherwise) {
  return alias == nullptr ? std::string(otherwise) : alias->aliasname;
}

Result<void> FromTranslator::add(Source source, const PgQuery__Alias* alias, int location) {
  if (std::ranges::find(context_.scope->sources, source.name, &Source::name) !=
      context_.scope->sources.end()) {
    return failure(context_, location, "42712",
                   "table name \"" + source.name + "\" specified more than once");
  }
  if (alias != nullptr) {
    const auto names = strings_of(nodes(alias->colnames, alias->n_colnames));
    if (names.size() > source.columns.size()) {
      return failure(context_, location, "42P10",
                     "table \"" + source.name + "\" has " + std::to_string(source.columns.size()) +
                         " columns available but " + std::to_string(names.size()) + " columns specified");
    }
    for (std::size_t i = 0; i < names.size(); ++i) source.columns[i].name = names[i];
  }
  context_.scope->sources.push_back(std::move(source));
  return {};
}

Result<std::string> FromTranslator::relation(const PgQuery__RangeVar& range, bool nullable) {
  const bool bare_name = range.schemaname == nullptr || *range.schemaname == '\0';
  if (bare_name && context_.common_tables != nullptr) {
    const auto at = context_.common_tables->find(std::string_view(range.relname));
    if (at != context_.common_tables->end()) return common_table(range, at->second);
  }
  const auto name = qualified(range);
  const auto* table = context_.statement.catalogue.find_table(name);
  if (table == nullptr) {
    return failure(context_, range.location, "42P01", "relation \"" + name.to_string() + "\" does not exist");
  }
  if (!may_select_anything(context_.statement.catalogue, context_.role, *table)) {
    return failure(
        context_, range.location, "42501",
        std::string("permission denied for ") + (table->is_view() ? "view " : "table ") + name.name);
  }
  return table->is_view() ? view(range, *table) : base_table(range, *table, nullable);
}

Result<std::string> FromTranslator::common_table(const PgQuery__RangeVar& range, const CommonTable& table) {
  Source source;
  source.name = alias_name(range.alias, range.relname);
  HF_TRY(source.sql_alias, fresh_alias(context_.statement, source.name));
  for (const auto& column : table.columns) {
    const auto sql = quote_identifier(source.sql_alias) + "." + quote_identifier(column.name);
    source.columns.push_back({.name = column.name,
                              .value = computed(sql, column.type),
                              .origin = column.origin,
                              .origin_table = column.origin_table});
  }
  auto sql = quote_identifier(table.sql_name) + " AS " + quote_identifier(source.sql_alias);
  HF_CHECK(add(std::move(source), range.alias, range.location));
  return sql;
}

Result<std::string> FromTranslator::base_table(const PgQuery__RangeVar& range, const Table& table,
                                               bool nullable) {
  const auto name = alias_name(range.alias, range.relname);
  HF_TRY(const auto alias, fresh_alias(context_.statement, name));
  HF_TRY(auto condition, policy_condition(context_, table, Command::select, PolicySide::using_clause, alias));
  auto source = table_source(table, name, alias);
  auto sql = quote_identifier(table.name.engine_name()) + " AS " + quote_identifier(alias);
  if (condition != "1" && nullable) {
    sql = "(SELECT * FROM " + sql + " WHERE " + condition + ") AS " + quote_identifier(alias);
  } else {
    source.bare = true;
    if (condition != "1") conditions_.push_back(std::move(condition));
  }
  HF_CHECK(add(std::move(source), range.alias, range.location));
  return sql;
}

Result<std::string> FromTranslator::view(const PgQuery__RangeVar& range, const Table& table) {
  HF_TRY(const auto rows, view_rows(context_, table));
  return derived(rows, range.relname, range.alias, &table);
}

Result<std::string> FromTranslator::derived(const Rows& rows, std::string_view name,
                                            const PgQuery__Alias* alias, const Table* table) {
  Source source;
  source.name = alias_name(alias, name);
  source.table = table;
  HF_TRY(source.sql_alias, fresh_alias(context_.statement, source.name));
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& column = rows.columns[i];
    const auto sql = quote_identifier(source.sql_alias) + "." + quote_identifier(column.sql_name);
    const auto* own = table == nullptr ? nullptr : table->find_column(column.name);
    source.columns.push_back({.name = column.name,
                              .value = computed(sql, column.type),
                              .column = own,
                              .origin = own == nullptr ? column.origin : nullptr,
                              .origin_table = own == nullptr ? column.origin_table : nullptr});
  }
  auto sql = "(" + rows.sql + ") AS " + quote_identifier(source.sql_alias);
  HF_CHECK(add(std::move(source), alias, -1));
  return sql;
}

Result<std::string> FromTranslator::sub_select(const PgQuery__RangeSubselect& range) {
  const int location = first_location(range.subquery);
  if (range.alias == nullptr) {
    return failure(context_, location, "42601", "subquery in FROM must have an alias");
  }
  const bool lateral = range.lateral != 0;
  if (!lateral || stands_alone()) {
    auto rows = translate_rows(around(), range.subquery);
    if (!lateral || rows.ok()) return rows.ok() ? derived(*rows, {}, range.alias) : std::move(rows).error();
  }
  HF_TRY(const auto rows, translate_rows(context_, range.subquery));
  return lateral_rows(rows, range.alias->aliasname, range.alias, location);
}

Result<std::string> FromTranslator::lateral_rows(const Rows& rows, std::string_view name,
                                                 const PgQuery__Alias* alias, int location) {
  HF_TRY(auto set, lateral_source(context_, rows, name));
  HF_CHECK(add(std::move(set.source), alias, location));
  return set.sql;
}

Result<std::string> FromTranslator::function(const PgQuery__RangeFunction& range) {
  const auto* list = range.functions[0]->list;
  const auto* node = list->items[0];
  if (range.n_functions != 1 || range.n_coldeflist > 0 || node->node_case != PG_QUERY__NODE__NODE_FUNC_CALL) {
    return untranslatable(context_, first_location(node), "this function in FROM",
                          "Use one function that declares its columns.");
  }
  const auto& call = *node->func_call;
  const auto name = written_name(call);
  if (const auto own = find_functions(context_.statement.catalogue, call); !own.empty()) {
    const auto called = call.n_funcname > 1 ? name.substr(name.rfind('.') + 1) : name;
    auto rows = inline_rows(around(), call, own);
    if (rows.ok()) return derived(*rows, called, range.alias);
    const bool reads_siblings = rows.error().code == "42703" || rows.error().code == "42P01";
    if (!reads_siblings || context_.scope->sources.empty()) return std::move(rows).error();
    HF_TRY(const auto beside, inline_rows(context_, call, own));
    return lateral_rows(beside, alias_name(range.alias, called), range.alias, call.location);
  }
  if (find_builtin_function(name).kind == FunctionClass::set) {
    HF_TRY(auto set, set_source(context_, call, alias_name(range.alias, name), range.ordinality != 0));
    HF_CHECK(add(std::move(set.source), range.alias, call.location));
    return set.sql;
  }
  HF_TRY(const auto value, translate(around(), node));
  const auto column = alias_name(range.alias, name);
  const Rows rows{.sql = "SELECT " + value.sql + " AS " + quote_identifier(column),
                  .columns = {{.name = column, .type = value.type, .sql_name = column}}};
  return derived(rows, name, range.alias);
}

const SourceColumn* find_in(const std::deque<Source>& sources, std::size_t first, std::size_t last,
                            const std::string& name) {
  for (std::size_t i = first; i < last; ++i) {
    const auto at = std::ranges::find(sources[i].columns, name, &SourceColumn::name);
    if (at != sources[i].columns.end()) return &*at;
  }
  return nullptr;
}

/// The value that a USING column has in the joined row.
Operand merged_value(PgQuery__JoinType type, const Operand& left, const Operand& right) {
  if (type == PG_QUERY__JOIN_TYPE__JOIN_RIGHT) return right;
  if (type != PG_QUERY__JOIN_TYPE__JOIN_FULL) return left;
  return computed("coalesce(" + left.sql + ", " + right.sql + ")", left.type);
}

Result<std::string> FromTranslator::using_condition(const std::vector<std::string>& names,
                                                    PgQuery__JoinType type, std::size_t left,
                                                    std::size_t right, int location) {
  std::string sql;
  auto& scope = *context_.scope;
  for (const auto& name : names) {
    const auto* l = find_in(scope.sources, left, right, name);
    const auto* r = find_in(scope.sources, right, scope.sources.size(), name);
    if (l == nullptr || r == nullptr) {
      return failure(context_, location, "42703",
                     "column \"" + name + "\" specified in USING clause does not exist");
    }
    const auto earlier = std::ranges::find(scope.merged, name, &SourceColumn::name);
    const auto left_value = earlier == scope.merged.end() ? l->value : earlier->value;
    HF_TRY(const auto equal, located(context_, location, binary_operator("=", left_value, r->value)));
    sql += (sql.empty() ? "" : " AND ") + enclosed(equal.sql);
    SourceColumn merged{.name = name, .value = merged_value(type, left_value, r->value)};
    if (earlier == scope.merged.end()) {
      scope.merged.push_back(std::move(merged));
    } else {
      *earlier = std::move(merged);
    }
  }
  return sql.empty() ? "1" : sql;
}

std::vector<std::string> common_names(const std::deque<Source>& sources, std::size_t left,
                                      std::size_t right) {
  std::vector<std::string> names;
  for (std::size_t i = left; i < right; ++i) {
    for (const auto& column : sources[i].columns) {
      if (find_in(sources, right, sources.size(), column.name) != nullptr) names.push_back(column.name);
    }
  }
  return names;
}

Result<std::string> FromTranslator::join_condition(const PgQuery__JoinExpr& expression, std::size_t left,
                                                   std::size_t right) {
  auto& scope = *context_.scope;
  if (expression.is_natural != 0) {
    return using_condition(common_names(scope.sources, left, right), expression.jointype, left, right, -1);
  }
  if (expression.n_using_clause > 0) {
    return using_condition(strings_of(nodes(expression.using_clause, expression.n_using_clause)),
                           expression.jointype, left, right, -1);
  }
  if (expression.quals == nullptr) return std::string();
  Scope joined;
  joined.outer = scope.outer;
  joined.merged = scope.merged;
  joined.sources.assign(scope.sources.begin() + static_cast<std::ptrdiff_t>(left), scope.sources.end());
  Context inner = context_;
  inner.scope = &joined;
  HF_TRY(const auto condition, translate_condition(inner, expression.quals, "JOIN/ON"));
  return condition.sql;
}

void allow_nulls(std::deque<Source>& sources, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    for (auto& column : sources[i].columns) column.value.not_null = false;
  }
}

std::string_view join_word(PgQuery__JoinType type, bool conditional) {
  if (type == PG_QUERY__JOIN_TYPE__JOIN_LEFT) return " LEFT JOIN ";
  if (type == PG_QUERY__JOIN_TYPE__JOIN_RIGHT) return " RIGHT JOIN ";
  if (type == PG_QUERY__JOIN_TYPE__JOIN_FULL) return " FULL JOIN ";
  return conditional ? " JOIN " : " CROSS JOIN ";
}

Result<std::string> FromTranslator::join(const PgQuery__JoinExpr& expression, bool nullable) {
  if (expression.alias != nullptr || expression.join_using_alias != nullptr) {
    return untranslatable(context_, first_location(expression.larg), "an alias of a join",
                          "Name its tables.");
  }
  const auto type = expression.jointype;
  const bool nulls_left = type == PG_QUERY__JOIN_TYPE__JOIN_RIGHT || type == PG_QUERY__JOIN_TYPE__JOIN_FULL;
  const bool nulls_right = type == PG_QUERY__JOIN_TYPE__JOIN_LEFT || type == PG_QUERY__JOIN_TYPE__JOIN_FULL;
  auto& sources = context_.scope->sources;
  const auto left = sources.size();
  HF_TRY(auto left_sql, item(expression.larg, nullable || nulls_left));
  const auto right = sources.size();
  HF_TRY(auto right_sql, item(expression.rarg, nullable || nulls_right));
  if (expression.rarg->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) right_sql = "(" + right_sql + ")";
  HF_TRY(const auto condition, join_condition(expression, left, right));
  if (nulls_left) allow_nulls(sources, left, right);
  if (nulls_right) allow_nulls(sources, right, sources.size());
  auto sql = left_sql + std::string(join_word(type, !condition.empty())) + right_sql;
  return condition.empty() ? sql : sql + " ON " + condition;
}

Result<std::string> FromTranslator::item(const Node* node, bool nullable) {
  const Nesting nesting(context_.statement);
  HF_CHECK(nesting.check(context_, -1));
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_RANGE_VAR:
      return relation(*node->range_var, nullable);
    case PG_QUERY__NODE__NODE_RANGE_SUBSELECT:
      return sub_select(*node->range_subselect);
    case PG_QUERY__NODE__NODE_RANGE_FUNCTION:
      return function(*node->range_function);
    case PG_QUERY__NODE__NODE_JOIN_EXPR:
      return join(*node->join_expr, nullable);
    default:
      return untranslatable(context_, first_location(node), "this FROM item",
                            "Use tables, joins and sub-selects.");
  }
}

}  // namespace

Result<From> translate_from(const Context& context, std::span<Node* const> items) {
  FromTranslator translator(context);
  From from;
  for (const auto* node : items) {
    HF_TRY(const auto sql, translator.item(node, false));
    from.sql += (from.sql.empty() ? "" : ", ") + sql;
  }
  from.conditions = translator.take_conditions();
  return from;
}

}  // namespace holdfast::schema::detail
