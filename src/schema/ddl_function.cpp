#include "schema/ddl_function.hpp"

#include <algorithm>

#include "base/principal.hpp"
#include "schema/ddl_function_options.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// `RETURNS SETOF apps` or `RETURNS apps`.
const Table* returned_table(const Catalogue& catalogue, const PgQuery__TypeName& type) {
  return catalogue.find_table(qualified(nodes(type.names, type.n_names)));
}

bool is_trigger_type(const PgQuery__TypeName* type) {
  return type != nullptr && type->n_names > 0 && string_of(type->names[type->n_names - 1]) == "trigger";
}

Result<types::Type> resolve(const Translation& translation, const PgQuery__TypeName& name) {
  return translation.locate(resolve_type(translation.catalogue(), name), name.location);
}

Result<void> read_parameter(const Translation& translation, const PgQuery__FunctionParameter& given,
                            Function& function) {
  HF_TRY(const auto type, resolve(translation, *given.arg_type));
  const auto mode = given.mode;
  if (mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_VARIADIC) {
    return translation.refuse(given.arg_type->location, "a VARIADIC parameter", "Take an array instead.");
  }
  const bool inout = mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_INOUT;
  if (inout || mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_OUT ||
      mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_TABLE) {
    function.returns_columns.push_back({.name = given.name, .type = type});
    function.returns_set =
        function.returns_set || mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_TABLE;
    if (!inout) return {};
  }
  Function::Parameter parameter{.name = given.name, .type = type};
  if (given.defexpr != nullptr) {
    HF_TRY(parameter.default_value,
           translation.locate(deparse_expression(given.defexpr), first_location(given.defexpr)));
  } else if (!function.parameters.empty() && function.parameters.back().default_value) {
    return translation.fail("42P13",
                            "input parameters after one with a default value must also have defaults",
                            given.arg_type->location);
  }
  function.parameters.push_back(std::move(parameter));
  return {};
}

Result<void> read_result(const Translation& translation, const PgQuery__TypeName* given, Function& function) {
  if (given == nullptr) {
    function.returns.kind = function.returns_columns.empty() ? types::Kind::void_type : types::Kind::record;
    return {};
  }
  function.returns_set = function.returns_set || given->setof != 0;
  if (const auto* table = returned_table(translation.catalogue(), *given)) {
    function.returns_table = table->name;
    function.returns.kind = types::Kind::record;
    return {};
  }
  const auto name = written_type(*given);
  if (name == "record") {
    function.returns.kind = types::Kind::record;
    if (!function.returns_columns.empty()) return {};
    return translation.refuse(given->location, "a function that returns record without columns",
                              "Write RETURNS TABLE (...).");
  }
  if (name == "void") {
    function.returns.kind = types::Kind::void_type;
    return {};
  }
  HF_TRY(function.returns, resolve(translation, *given));
  return {};
}

Result<std::vector<std::string>> statements_of_text(const Translation& translation,
                                                    const FunctionOptions& options) {
  const auto parsed = ParsedScript::parse("", options.body);
  if (!parsed.ok()) return translation.located(parsed.error(), options.body_location);
  std::vector<std::string> body;
  for (const auto& statement : parsed->statements()) body.emplace_back(statement.text);
  return body;
}

/// BEGIN ATOMIC gives a list of one list of statements; RETURN an expression.
Result<std::vector<std::string>> statements_of_tree(const Translation& translation, const Node* tree) {
  std::vector<std::string> body;
  if (tree->node_case == PG_QUERY__NODE__NODE_RETURN_STMT) {
    const auto* value = tree->return_stmt->returnval;
    HF_TRY(auto text, translation.locate(deparse_expression(value), first_location(value)));
    body.push_back("SELECT " + text);
    return body;
  }
  if (tree->node_case != PG_QUERY__NODE__NODE_LIST) {
    HF_TRY(auto text, translation.locate(deparse_statement(tree), first_location(tree)));
    body.push_back(std::move(text));
    return body;
  }
  for (const auto* item : nodes(tree->list->items, tree->list->n_items)) {
    if (item == nullptr || item->node_case == PG_QUERY__NODE__NODE__NOT_SET) continue;
    HF_TRY(auto inner, statements_of_tree(translation, item));
    body.insert(body.end(), inner.begin(), inner.end());
  }
  return body;
}

bool same_parameters(const Function& left, const Function& right) {
  return std::ranges::equal(left.parameters, right.parameters,
                            [](const auto& a, const auto& b) { return a.type.same_as(b.type); });
}

/// PostgreSQL checks a body when the function is made; so do we.
Result<void> check_body(const Translation& translation, const Function& function, int location) {
  std::vector<std::string> names;
  for (const auto& parameter : function.parameters) names.push_back(parameter.name);
  const bool all_named = std::ranges::none_of(names, &std::string::empty);
  if (!all_named) return {};  // $1 bodies are checked when they are called
  const auto compiled = compile_call(translation.catalogue(), base::kSystemRole, function, names);
  if (!compiled.ok()) return translation.located(compiled.error(), location);
  return {};
}

Result<void> store(Translation& translation, Function function, bool replace) {
  auto& functions = translation.catalogue().functions;
  const auto [first, last] = functions.equal_range(function.name);
  const auto old =
      std::find_if(first, last, [&](const auto& entry) { return same_parameters(entry.second, function); });
  if (old == last) {
    functions.emplace(function.name, std::move(function));
    return {};
  }
  if (!replace) {
    return translation.fail(
        "42723", "function \"" + function.name.to_string() + "\" already exists with same argument types");
  }
  function.execute_roles = old->second.execute_roles;
  function.comment = old->second.comment;
  old->second = std::move(function);
  return {};
}

Result<void> create_touch_function(Translation& translation, const QualifiedName& name,
                                   const FunctionOptions& options) {
  const auto column = touched_column(options.body);
  if (!column) {
    return translation.refuse(
        options.body_location, "a trigger function other than the usual updated_at one",
        "Use NEW.column := now(); RETURN NEW; or a default, a check, a generated column or "
        "states: in blueprint.yaml.");
  }
  translation.catalogue().touch_functions.insert_or_assign(name, *column);
  return {};
}

Function new_function(const Catalogue& catalogue, const PgQuery__CreateFunctionStmt& statement) {
  Function function;
  function.name = qualified(nodes(statement.funcname, statement.n_funcname));
  if (!catalogue.functions_private) function.execute_roles.insert("public");
  for (const auto& schema : {function.name.schema, std::string()}) {
    const auto found = catalogue.default_grants.find(schema);
    if (found == catalogue.default_grants.end()) continue;
    for (const auto& grant : found->second) {
      if (grant.privilege == Privilege::execute) function.execute_roles.insert(grant.role);
    }
  }
  return function;
}

}  // namespace

Result<void> create_function(Translation& translation, const PgQuery__CreateFunctionStmt& statement) {
  auto function = new_function(translation.catalogue(), statement);
  if (!translation.catalogue().schemas.contains(function.name.schema)) {
    return translation.fail("3F000", "schema \"" + function.name.schema + "\" does not exist");
  }
  HF_TRY(const auto options,
         read_function_options(translation, nodes(statement.options, statement.n_options), function));
  if (statement.is_procedure != 0) {
    return translation.refuse(-1, "CREATE PROCEDURE", "Write a LANGUAGE sql function.");
  }
  if (is_trigger_type(statement.return_type))
    return create_touch_function(translation, function.name, options);
  if (options.language != "sql" && statement.sql_body == nullptr) {
    return translation.refuse(options.body_location, "a function in LANGUAGE " + options.language,
                              "Write it in LANGUAGE sql.");
  }
  for (const auto* node : nodes(statement.parameters, statement.n_parameters)) {
    HF_CHECK(read_parameter(translation, *node->function_parameter, function));
  }
  HF_CHECK(read_result(translation, statement.return_type, function));
  HF_TRY(function.body, statement.sql_body != nullptr ? statements_of_tree(translation, statement.sql_body)
                                                      : statements_of_text(translation, options));
  const int location =
      statement.sql_body != nullptr ? first_location(statement.sql_body) : options.body_location;
  HF_CHECK(check_body(translation, function, location));
  return store(translation, std::move(function), statement.replace != 0);
}

Result<std::multimap<QualifiedName, Function>::iterator> find_function(Translation& translation,
                                                                       const PgQuery__ObjectWithArgs& named) {
  const auto name = qualified(nodes(named.objname, named.n_objname));
  auto [first, last] = translation.catalogue().functions.equal_range(name);
  const auto missing = translation.fail("42883", "function " + name.to_string() + " does not exist");
  if (first == last) return missing;
  if (named.args_unspecified != 0) {
    if (std::next(first) == last) return first;
    return translation.fail("42725", "function name \"" + name.to_string() + "\" is not unique");
  }
  Function wanted;
  for (const auto* node : nodes(named.objargs, named.n_objargs)) {
    HF_TRY(const auto type, resolve(translation, *node->type_name));
    wanted.parameters.push_back({.name = {}, .type = type});
  }
  const auto found =
      std::find_if(first, last, [&](const auto& entry) { return same_parameters(entry.second, wanted); });
  if (found == last) return missing;
  return found;
}

Result<void> alter_function(Translation& translation, const PgQuery__AlterFunctionStmt& statement) {
  HF_TRY(const auto found, find_function(translation, *statement.func));
  const auto options =
      read_function_options(translation, nodes(statement.actions, statement.n_actions), found->second);
  if (!options.ok()) return options.error();
  return {};
}

Result<void> create_trigger(Translation& translation, const PgQuery__CreateTrigStmt& statement) {
  constexpr int kBefore = 1 << 1;  // TRIGGER_TYPE_BEFORE and _UPDATE of PostgreSQL's pg_trigger.h
  constexpr int kUpdate = 1 << 4;
  HF_TRY(auto* table, translation.table(*statement.relation));
  const auto function = qualified(nodes(statement.funcname, statement.n_funcname));
  const auto& known = translation.catalogue().touch_functions;
  const auto found = known.find(function);
  if (found == known.end()) {
    return translation.refuse(
        statement.relation->location, "a trigger that calls " + function.to_string(),
        "Only the usual updated_at trigger function is known; use a default, a check, a "
        "generated column or states: in blueprint.yaml.");
  }
  const bool usual = statement.row != 0 && statement.timing == kBefore && statement.events == kUpdate &&
                     statement.when_clause == nullptr && statement.n_columns == 0;
  if (!usual) {
    return translation.refuse(statement.relation->location, "this form of the updated_at trigger",
                              "Write BEFORE UPDATE ... FOR EACH ROW, without columns and WHEN.");
  }
  if (table->find_column(found->second) == nullptr) {
    return translation.fail("42703", "record \"new\" has no field \"" + found->second + "\"",
                            statement.relation->location);
  }
  if (!table->touch_trigger.empty() && statement.replace == 0) {
    return translation.fail("42710", "trigger \"" + table->touch_trigger + "\" for relation \"" +
                                         table->name.to_string() + "\" already exists");
  }
  const Table before = *table;
  Table after = before;
  after.touch_trigger = statement.trigname;
  after.touch_function = function;
  after.touch_column = found->second;
  settle(translation, before, std::move(after));
  return {};
}

}  // namespace holdfast::schema::detail
