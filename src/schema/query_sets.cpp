#include <algorithm>
#include <array>

#include "schema/builtin_functions.hpp"
#include "schema/expression.hpp"
#include "schema/query.hpp"
#include "schema/query_from.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// What a set-returning function's columns are in terms of json_each(): `{}` is its alias.
struct SetShape {
  std::string_view function;
  /// Of the key, where the function gives pairs.
  std::string_view key;
  std::string_view value;
  /// The value's column by PostgreSQL's own declaration; empty: called as the source is.
  std::string_view column = "value";
};
constexpr std::array kShapes{
    SetShape{"jsonb_array_elements", "", "pg_jsonb_get({}.json, {}.key)"},
    SetShape{"json_array_elements", "", "pg_jsonb_get({}.json, {}.key)"},
    SetShape{"jsonb_array_elements_text", "", "pg_jsonb_get_text({}.json, {}.key)"},
    SetShape{"json_array_elements_text", "", "pg_jsonb_get_text({}.json, {}.key)"},
    SetShape{"jsonb_object_keys", "", "{}.key", ""},
    SetShape{"json_object_keys", "", "{}.key", ""},
    SetShape{"jsonb_each", "{}.key", "pg_jsonb_get({}.json, {}.key)"},
    SetShape{"json_each", "{}.key", "pg_jsonb_get({}.json, {}.key)"},
    SetShape{"jsonb_each_text", "{}.key", "pg_jsonb_get_text({}.json, {}.key)"},
    SetShape{"json_each_text", "{}.key", "pg_jsonb_get_text({}.json, {}.key)"},
};
constexpr SetShape kPlainShape{"", "", "{}.value", ""};

const SetShape& shape_of(std::string_view function) {
  const auto at = std::ranges::find(kShapes, function, &SetShape::function);
  return at == kShapes.end() ? kPlainShape : *at;
}

std::string fill(std::string_view pattern, const std::string& alias) {
  std::string sql;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern.substr(at, 2) == "{}") {
      sql += alias;
      ++at;
    } else {
      sql += pattern[at];
    }
  }
  return sql;
}

}  // namespace

Result<FromSource> set_source(const Context& context, const PgQuery__FuncCall& call, std::string_view name,
                              bool ordinality) {
  const auto function = written_name(call);
  HF_TRY(auto arguments, translate_all(context, nodes(call.args, call.n_args)));
  const auto choice = choose(find_builtin_function(function).overloads, arguments);
  if (choice.builtin == nullptr) {
    return failure(context, call.location, "42883",
                   "function " + function + " does not exist for these arguments",
                   "Add explicit type casts.");
  }
  HF_TRY(const auto items, located(context, call.location, apply(*choice.builtin, std::move(arguments))));
  const auto& shape = shape_of(function);
  FromSource made;
  made.source.name = name;
  HF_TRY(made.source.sql_alias, fresh_alias(context.statement, name));
  const auto alias = quote_identifier(made.source.sql_alias);
  if (!shape.key.empty()) {
    made.source.columns.push_back(
        {.name = "key", .value = computed(fill(shape.key, alias), type_of(Kind::text))});
  }
  made.source.columns.push_back({.name = std::string(shape.column.empty() ? name : shape.column),
                                 .value = computed(fill(shape.value, alias), items.type)});
  if (ordinality) {
    made.source.columns.push_back(
        {.name = "ordinality", .value = computed(alias + ".key + 1", type_of(Kind::int8))});
  }
  made.sql = "json_each(" + items.sql + ") AS " + alias;
  return made;
}

}  // namespace holdfast::schema::detail
