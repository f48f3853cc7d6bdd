#include "schema/calls.hpp"

#include <algorithm>

#include "schema/access.hpp"
#include "schema/builtin_functions.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_from.hpp"

namespace holdfast::schema::detail {
namespace {

std::string argument_types(const std::vector<Operand>& arguments) {
  std::string list;
  for (const auto& argument : arguments) {
    list += (list.empty() ? "" : ", ") + types::format_type(argument.type);
  }
  return list;
}

Error no_function(const Context& context, const PgQuery__FuncCall& call,
                  const std::vector<Operand>& arguments, bool ambiguous) {
  const auto text = written_name(call) + "(" + argument_types(arguments) + ")";
  if (ambiguous) {
    return failure(context, call.location, "42725", "function " + text + " is not unique",
                   "Add explicit type casts, so that one function is left.");
  }
  return failure(context, call.location, "42883", "function " + text + " does not exist",
                 "No function has this name and these argument types; add explicit type casts, or see "
                 "docs/reference for the functions there are.");
}

Result<Operand> call_builtin(const Context& context, const PgQuery__FuncCall& call,
                             const FunctionOverloads& functions) {
  HF_TRY(auto arguments, translate_all(context, nodes(call.args, call.n_args)));
  const auto choice = choose(functions.overloads, arguments);
  if (choice.builtin == nullptr) return no_function(context, call, arguments, choice.ambiguous);
  return located(context, call.location, apply(*choice.builtin, std::move(arguments)));
}

/// `text('x')`, `int4(y)`: a type's name called like a function is a cast.
Result<Operand> call_cast(const Context& context, const PgQuery__FuncCall& call, const std::string& name) {
  HF_TRY(auto arguments, translate_all(context, nodes(call.args, call.n_args)));
  if (arguments.size() == 1 && call.n_funcname == 1) {
    const auto type = types::builtin_type(name);
    if (type.ok()) return coerce(std::move(arguments.front()), *type, CastContext::explicit_);
  }
  return no_function(context, call, arguments, false);
}

/// `SELECT unnest(tags)`: the set becomes a source of the query.
Result<Operand> call_set(const Context& context, const PgQuery__FuncCall& call) {
  if (context.lateral_sources == nullptr) {
    return failure(context, call.location, "0A000", "set-returning functions are not allowed here",
                   "Move the function into FROM.");
  }
  HF_TRY(auto source, set_source(context, call, written_name(call), false));
  context.lateral_sources->push_back(source.sql);
  return source.source.columns.front().value;
}

Result<Operand> dispatch(const Context& context, const PgQuery__FuncCall& call) {
  const auto name = written_name(call);
  if (call.agg_within_group != 0) {
    return untranslatable(context, call.location, "WITHIN GROUP", "Use a window function in a sub-select.");
  }
  if (const auto own = find_functions(context.statement.catalogue, call); !own.empty()) {
    return inline_scalar(context, call, own);
  }
  const auto functions = find_builtin_function(name);
  if (call.over != nullptr) return translate_window_call(context, call, name);
  switch (functions.kind) {
    case FunctionClass::aggregate:
      return translate_aggregate(context, call, name);
    case FunctionClass::set:
      return call_set(context, call);
    case FunctionClass::window:
      return failure(context, call.location, "42809", "window function " + name + " requires an OVER clause");
    case FunctionClass::scalar:
      break;
  }
  if (functions.overloads.empty()) return call_cast(context, call, name);
  return call_builtin(context, call, functions);
}

}  // namespace

std::string written_name(const PgQuery__FuncCall& call) {
  const auto names = strings_of(nodes(call.funcname, call.n_funcname));
  if (names.size() < 2 || names.front() == "pg_catalog") return names.back();
  return names[names.size() - 2] + "." + names.back();
}

std::vector<const Function*> find_functions(const Catalogue& catalogue, const PgQuery__FuncCall& call) {
  const auto names = strings_of(nodes(call.funcname, call.n_funcname));
  QualifiedName name{.schema = names.size() > 1 ? names[names.size() - 2] : "public", .name = names.back()};
  std::vector<const Function*> found;
  const auto [first, last] = catalogue.functions.equal_range(name);
  for (auto at = first; at != last; ++at) found.push_back(&at->second);
  return found;
}

Result<Operand> translate_call(const Context& context, const Node* node) {
  const auto& call = *node->func_call;
  if (call.func_variadic != 0) {
    return untranslatable(context, call.location, "VARIADIC", "List the arguments one by one.");
  }
  HF_TRY(auto value, dispatch(context, call));
  value.location = call.location;
  return value;
}

}  // namespace holdfast::schema::detail
