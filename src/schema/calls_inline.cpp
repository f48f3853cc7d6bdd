#include <algorithm>
#include <optional>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/calls.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_views.hpp"

namespace holdfast::schema::detail {
namespace {

using Arguments = std::map<std::string, Operand, std::less<>>;

struct NamedArgument {
  std::string name;
  Operand value;
};

/// A function with the call's arguments in its order.
struct Binding {
  const Function* function = nullptr;
  std::vector<Operand> values;
  int exact = 0;
};

Result<std::vector<NamedArgument>> given_arguments(const Context& context, const PgQuery__FuncCall& call) {
  std::vector<NamedArgument> given;
  for (const auto* node : nodes(call.args, call.n_args)) {
    const bool named = node->node_case == PG_QUERY__NODE__NODE_NAMED_ARG_EXPR;
    HF_TRY(auto value, translate(context, named ? node->named_arg_expr->arg : node));
    given.push_back({named ? node->named_arg_expr->name : "", std::move(value)});
  }
  return given;
}

const NamedArgument* argument_for(const std::vector<NamedArgument>& given, std::size_t index,
                                  const std::string& name) {
  if (index < given.size() && given[index].name.empty()) return &given[index];
  const auto at = std::ranges::find(given, name, &NamedArgument::name);
  return at == given.end() || name.empty() ? nullptr : &*at;
}

Result<Operand> default_argument(const Context& context, const std::string& text) {
  HF_TRY(const auto rows, rows_of_text(context, "SELECT (" + text + ")", base::kSystemRole, nullptr));
  auto value = computed("(" + rows.sql + ")", rows.columns.front().type);
  return value;
}

/// Nullopt where the function does not take these arguments.
Result<std::optional<Binding>> bind(const Context& context, const Function& function,
                                    const std::vector<NamedArgument>& given) {
  Binding binding{.function = &function, .values = {}};
  std::size_t used = 0;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const auto& parameter = function.parameters[i];
    const auto* argument = argument_for(given, i, parameter.name);
    if (argument == nullptr) {
      if (!parameter.default_value) return std::optional<Binding>();
      HF_TRY(auto value, default_argument(context, *parameter.default_value));
      binding.values.push_back(std::move(value));
      continue;
    }
    ++used;
    if (!can_cast(argument->value.type, parameter.type, CastContext::implicit))
      return std::optional<Binding>();
    binding.exact += argument->value.type.same_as(parameter.type) ? 1 : 0;
    binding.values.push_back(argument->value);
  }
  return used == given.size() ? std::optional(std::move(binding)) : std::nullopt;
}

Error no_match(const Context& context, const PgQuery__FuncCall& call,
               const std::vector<NamedArgument>& given) {
  std::string types;
  for (const auto& argument : given)
    types += (types.empty() ? "" : ", ") + types::format_type(argument.value.type);
  return failure(context, call.location, "42883",
                 "function " + written_name(call) + "(" + types + ") does not exist",
                 "No function has this name and these argument types; add explicit type casts.");
}

Result<Binding> resolve(const Context& context, const PgQuery__FuncCall& call,
                        const std::vector<const Function*>& candidates) {
  HF_TRY(const auto given, given_arguments(context, call));
  std::optional<Binding> best;
  for (const auto* function : candidates) {
    HF_TRY(auto binding, bind(context, *function, given));
    if (binding && (!best || binding->exact > best->exact)) best = std::move(binding);
  }
  if (!best) return no_match(context, call, given);
  if (!may_execute(context.statement.catalogue, context.role, *best->function)) {
    return failure(context, call.location, "42501",
                   "permission denied for function " + best->function->name.name);
  }
  for (std::size_t i = 0; i < best->values.size(); ++i) {
    HF_TRY(best->values[i], located(context, call.location,
                                    coerce(std::move(best->values[i]), best->function->parameters[i].type,
                                           CastContext::implicit)));
  }
  return *std::move(best);
}

/// Cheap enough to be written wherever the body uses it.
bool is_simple(const Operand& value) {
  return value.sql.find('(') == std::string::npos && enclosed(value.sql) == value.sql;
}

/// The arguments as the body sees them. What is not simple is computed once, in `derived`.
struct Passed {
  Arguments by_name;
  std::string derived;
};

Result<Passed> pass(const Context& context, const Binding& binding) {
  Passed passed;
  HF_TRY(const auto alias, fresh_alias(context.statement, binding.function->name.name + "#call"));
  std::string columns;
  for (std::size_t i = 0; i < binding.values.size(); ++i) {
    auto value = binding.values[i];
    if (!is_simple(value)) {
      const auto column = "a" + std::to_string(i + 1);
      columns += (columns.empty() ? "SELECT " : ", ") + value.sql + " AS " + column;
      value.sql = quote_identifier(alias) + "." + column;
    }
    passed.by_name["$" + std::to_string(i + 1)] = value;
    const auto& name = binding.function->parameters[i].name;
    if (!name.empty()) passed.by_name[name] = std::move(value);
  }
  if (!columns.empty()) passed.derived = "(" + columns + ") AS " + quote_identifier(alias);
  return passed;
}

std::string null_guard(const Binding& binding, const std::string& sql) {
  if (!binding.function->strict || binding.values.empty()) return sql;
  std::string test;
  for (const auto& value : binding.values)
    test += (test.empty() ? "" : " AND ") + enclosed(value.sql) + " IS NOT NULL";
  return "CASE WHEN " + test + " THEN " + sql + " END";
}

/// Types that the function declares for its rows; empty where the body's own serve.
std::vector<types::Type> declared_types(const Catalogue& catalogue, const Function& function) {
  std::vector<types::Type> types;
  if (function.returns_table) {
    const auto* table = catalogue.find_table(*function.returns_table);
    if (table == nullptr) return types;
    for (const auto& column : table->columns) types.push_back(column.type);
  } else if (!function.returns_columns.empty()) {
    for (const auto& column : function.returns_columns) types.push_back(column.type);
  } else if (function.returns.kind != types::Kind::record &&
             function.returns.kind != types::Kind::void_type) {
    types.push_back(function.returns);
  }
  return types;
}

std::vector<std::string> declared_names(const Catalogue& catalogue, const Function& function) {
  std::vector<std::string> names;
  if (function.returns_table) {
    const auto* table = catalogue.find_table(*function.returns_table);
    if (table == nullptr) return names;
    for (const auto& column : table->columns) names.push_back(column.name);
  } else {
    for (const auto& column : function.returns_columns) names.push_back(column.name);
  }
  if (names.empty()) names.push_back(function.name.name);
  return names;
}

Result<Rows> renamed(const Context& context, Rows rows, const std::vector<std::string>& names) {
  if (names.size() != rows.columns.size()) return rows;
  std::string list;
  bool differs = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    differs = differs || rows.columns[i].sql_name != names[i];
    rows.columns[i].name = rows.columns[i].sql_name = names[i];
    list += (list.empty() ? "" : ", ") + quote_identifier(names[i]);
  }
  if (!differs) return rows;
  HF_TRY(const auto alias, fresh_alias(context.statement, "result"));
  rows.sql = "WITH " + quote_identifier(alias) + "(" + list + ") AS (" + rows.sql + ") SELECT * FROM " +
             quote_identifier(alias);
  return rows;
}

/// Keeps the function on the list of open calls while its body is compiled.
class OpenCall {
 public:
  OpenCall(Statement& statement, const Function& function) : statement_(statement) {
    statement_.open_calls.push_back(&function);
  }
  ~OpenCall() { statement_.open_calls.pop_back(); }
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;

 private:
  Statement& statement_;
};

}  // namespace

RowsWanted declared_rows(const Catalogue& catalogue, const Function& function) {
  return {.types = declared_types(catalogue, function)};
}

Result<Rows> translate_body(const Context& context, const Function& function, const Arguments& arguments) {
  const auto& open = context.statement.open_calls;
  if (std::ranges::find(open, &function) != open.end()) {
    return Error{.code = "HF003",
                 .message = "function " + function.name.name + " calls itself",
                 .details = {},
                 .hint = "Use WITH RECURSIVE in its body."};
  }
  if (function.body.size() != 1) {
    return Error{
        .code = "HF003",
        .message = "function " + function.name.name + " has several statements and cannot stand in a query",
        .details = {},
        .hint = "Call it through RPC, or give it one SELECT."};
  }
  const OpenCall call(context.statement, function);
  const std::string role = function.security_definer ? std::string(base::kSystemRole) : context.role;
  return rows_of_text(context, function.body.front(), role, &arguments,
                      declared_rows(context.statement.catalogue, function));
}

Result<Operand> inline_scalar(const Context& context, const PgQuery__FuncCall& call,
                              const std::vector<const Function*>& candidates) {
  HF_TRY(const auto binding, resolve(context, call, candidates));
  const auto& function = *binding.function;
  if (function.returns_set || !function.returns_columns.empty()) {
    return untranslatable(context, call.location, "a function that returns rows, outside FROM",
                          "Write SELECT ... FROM " + function.name.name + "(...).");
  }
  HF_TRY(const auto passed, pass(context, binding));
  HF_TRY(const auto rows, located(context, call.location, translate_body(context, function, passed.by_name)));
  std::string sql = "(" + rows.sql + ")";
  if (!passed.derived.empty()) sql = "(SELECT " + sql + " FROM " + passed.derived + ")";
  return computed(null_guard(binding, sql), function.returns);
}

Result<Rows> inline_rows(const Context& context, const PgQuery__FuncCall& call,
                         const std::vector<const Function*>& candidates) {
  HF_TRY(const auto binding, resolve(context, call, candidates));
  Arguments arguments;
  for (std::size_t i = 0; i < binding.values.size(); ++i) {
    const auto& name = binding.function->parameters[i].name;
    arguments["$" + std::to_string(i + 1)] = binding.values[i];
    if (!name.empty()) arguments[name] = binding.values[i];
  }
  HF_TRY(auto rows, located(context, call.location, translate_body(context, *binding.function, arguments)));
  return renamed(context, std::move(rows), declared_names(context.statement.catalogue, *binding.function));
}

}  // namespace holdfast::schema::detail
