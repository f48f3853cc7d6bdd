#include "schema/query.hpp"

#include "base/principal.hpp"
#include "schema/access_policies.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query_modify.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema {
namespace {

using detail::Context;
using detail::Node;
using detail::Operand;
using detail::Statement;

Result<const Node*> only_node(const ParsedScript& script) {
  if (script.statements().size() != 1) {
    return Error{.code = "42601",
                 .message = "one statement is wanted, not " + std::to_string(script.statements().size())};
  }
  return script.statements().front().node;
}

CompiledQuery finished(const Statement& statement, detail::Rows rows, bool writes) {
  CompiledQuery query;
  query.sql = std::move(rows.sql);
  for (auto& column : rows.columns) {
    query.outputs.push_back({std::move(column.name), std::move(column.type)});
    if (column.origin == nullptr || column.origin_table == nullptr) continue;
    query.outputs.back().origin = {.table = column.origin_table->name, .column = column.origin->name};
  }
  query.parameters.assign(statement.parameters.begin(), statement.parameters.end());
  for (auto& type : query.parameters) {
    if (type.kind == types::Kind::unknown) type.kind = types::Kind::text;
  }
  query.writes = writes;
  return query;
}

Result<CompiledQuery> compile_node(const Context& context, const Node* node) {
  const bool reads = node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT;
  HF_TRY(auto rows, reads ? detail::translate_rows(context, node) : detail::translate_change(context, node));
  return finished(context.statement, std::move(rows), !reads);
}

/// The one expression of `SELECT (text)`.
Result<const Node*> only_target(const ParsedScript& script) {
  HF_TRY(const auto* node, only_node(script));
  const bool one =
      node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT && node->select_stmt->n_target_list == 1;
  if (!one) return Error{.code = "42601", .message = "one expression is wanted"};
  return static_cast<const Node*>(node->select_stmt->target_list[0]->res_target->val);
}

Result<Operand> translate_over_row(const Context& outer, const Table& table, std::string_view text,
                                   const std::string& sql_alias) {
  HF_TRY(const auto script, ParsedScript::parse("", "SELECT (" + std::string(text) + ")"));
  HF_TRY(const auto* expression, only_target(script));
  detail::Scope scope;
  scope.sources.push_back(detail::table_source(table, table.name.name, sql_alias));
  scope.sources.back().checked = false;
  Context context(outer.statement, script, outer.role);
  context.scope = &scope;
  context.clause = "this expression";
  return detail::translate(context, expression);
}

}  // namespace

namespace detail {

Result<std::string> policy_expression(const Context& context, const Table& table, const std::string& text,
                                      const std::string& sql_alias) {
  const Nesting nesting(context.statement);
  HF_CHECK(nesting.check(context, -1));
  HF_TRY(auto value, translate_over_row(context, table, text, sql_alias));
  HF_TRY(value, coerce(std::move(value), type_of(types::Kind::boolean), CastContext::implicit));
  return std::move(value.sql);
}

}  // namespace detail

Result<CompiledQuery> compile_query(const Catalogue& catalogue, std::string_view role,
                                    std::string_view postgres_sql) {
  HF_TRY(const auto script, ParsedScript::parse("", postgres_sql));
  HF_TRY(const auto* node, only_node(script));
  Statement statement{.catalogue = catalogue};
  return compile_node(Context(statement, script, std::string(role)), node);
}

Result<TypedSql> compile_expression(const Catalogue& catalogue, std::string_view role, const Table& table,
                                    std::string_view alias, std::string_view postgres_expression) {
  HF_TRY(const auto script, ParsedScript::parse("", ""));
  Statement statement{.catalogue = catalogue};
  if (!alias.empty()) statement.aliases.insert(std::string(alias));
  const Context context(statement, script, std::string(role));
  HF_TRY(auto value, translate_over_row(context, table, postgres_expression, std::string(alias)));
  if (!value.untyped()) return TypedSql{std::move(value.sql), std::move(value.type)};
  return TypedSql{std::move(value.sql), std::move(value.type)};
}

Result<std::vector<CompiledQuery>> compile_call(const Catalogue& catalogue, std::string_view role,
                                                const Function& function,
                                                const std::vector<std::string>& argument_names) {
  return detail::translate_call_statements(catalogue, role, function, argument_names);
}

}  // namespace holdfast::schema
