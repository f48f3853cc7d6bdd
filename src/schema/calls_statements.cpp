#include <algorithm>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/calls.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query_modify.hpp"
#include "schema/query_views.hpp"

namespace holdfast::schema::detail {
namespace {

using Arguments = std::map<std::string, Operand, std::less<>>;

Error missing_argument(const Function& function, const std::string& name) {
  return {.code = "42883",
          .message = "function " + function.name.name + " needs the argument \"" + name + "\""};
}

/// The function's parameters: those given as `$n`, the others by their defaults.
Result<Arguments> parameters(const Context& context, const Function& function,
                             const std::vector<std::string>& names) {
  Arguments arguments;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const auto& parameter = function.parameters[i];
    const auto given = std::ranges::find(names, parameter.name);
    Operand value;
    if (given != names.end()) {
      value = computed("$" + std::to_string(given - names.begin() + 1), parameter.type);
    } else if (parameter.default_value) {
      HF_TRY(const auto rows, rows_of_text(context, "SELECT (" + *parameter.default_value + ")",
                                           base::kSystemRole, nullptr, {.types = {parameter.type}}));
      value = computed("(" + rows.sql + ")", parameter.type);
    } else {
      return missing_argument(function, parameter.name);
    }
    arguments["$" + std::to_string(i + 1)] = value;
    if (!parameter.name.empty()) arguments[parameter.name] = std::move(value);
  }
  return arguments;
}

std::vector<types::Type> parameter_types(const Function& function, const std::vector<std::string>& names) {
  std::vector<types::Type> types;
  for (const auto& name : names) {
    const auto at = std::ranges::find(function.parameters, name, &Function::Parameter::name);
    types.push_back(at == function.parameters.end() ? type_of(types::Kind::text) : at->type);
  }
  return types;
}

Result<CompiledQuery> compile_statement(const Context& outer, const std::string& text,
                                        const Arguments& arguments, const RowsWanted& wanted) {
  HF_TRY(const auto script, ParsedScript::parse("", text));
  if (script.statements().size() != 1) return Error{.code = "42601", .message = "one statement is wanted"};
  Context context(outer.statement, script, outer.role);
  context.arguments = &arguments;
  const auto* node = script.statements().front().node;
  const bool reads = node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT;
  HF_TRY(auto rows, reads ? translate_rows(context, node, wanted) : translate_change(context, node));
  CompiledQuery query;
  query.sql = std::move(rows.sql);
  for (auto& column : rows.columns) query.outputs.push_back({std::move(column.name), std::move(column.type)});
  query.writes = !reads;
  return query;
}

/// The last statement's columns as the function declares them.
void declare_outputs(const Catalogue& catalogue, const Function& function, CompiledQuery& query) {
  std::vector<CompiledQuery::Output> declared;
  if (function.returns_table) {
    const auto* table = catalogue.find_table(*function.returns_table);
    for (std::size_t i = 0; table != nullptr && i < table->columns.size(); ++i) {
      declared.push_back({table->columns[i].name, table->columns[i].type});
    }
  } else {
    for (const auto& column : function.returns_columns) declared.push_back({column.name, column.type});
  }
  if (declared.empty() && query.outputs.size() == 1)
    declared.push_back({function.name.name, function.returns});
  if (declared.size() == query.outputs.size()) query.outputs = std::move(declared);
  if (function.returns.is(types::Kind::void_type)) query.outputs.clear();
}

}  // namespace

Result<std::vector<CompiledQuery>> translate_call_statements(const Catalogue& catalogue,
                                                             std::string_view role, const Function& function,
                                                             const std::vector<std::string>& argument_names) {
  if (!may_execute(catalogue, role, function)) {
    return Error{.code = "42501", .message = "permission denied for function " + function.name.name};
  }
  Statement statement{.catalogue = catalogue,
                      .on_writer = function.volatility == Function::Volatility::volatile_};
  HF_TRY(const auto script, ParsedScript::parse("", ""));
  const Context context(statement, script, function.security_definer ? base::kSystemRole : std::string(role));
  HF_TRY(const auto arguments, parameters(context, function, argument_names));
  statement.open_calls.push_back(&function);
  std::vector<CompiledQuery> queries;
  for (const auto& text : function.body) {
    const bool last = queries.size() + 1 == function.body.size();
    HF_TRY(auto query, compile_statement(context, text, arguments,
                                         last ? declared_rows(catalogue, function) : RowsWanted{}));
    query.parameters = parameter_types(function, argument_names);
    queries.push_back(std::move(query));
  }
  if (!queries.empty()) declare_outputs(catalogue, function, queries.back());
  return queries;
}

}  // namespace holdfast::schema::detail
