#include <array>

#include "records/compile_context.hpp"
#include "records/sqlite_json.hpp"
#include "schema/access.hpp"

namespace holdfast::records {
namespace {

using schema::TypedSql;
using types::Kind;

Error no_column(const ReadNode& node, std::string_view column) {
  return {.code = "42703",
          .message = "column " + node.table->name.name + "." + std::string(column) + " does not exist"};
}

Result<types::Type> named_type(const schema::Catalogue& catalogue, std::string_view name) {
  auto builtin = types::builtin_type(name);
  if (builtin.ok()) return builtin;
  const auto dot = name.find('.');
  for (const auto& [qualified, labels] : catalogue.enums) {
    const bool same = dot == std::string_view::npos
                          ? qualified.name == name
                          : qualified.schema == name.substr(0, dot) && qualified.name == name.substr(dot + 1);
    if (same) return types::Type{.kind = Kind::enumeration, .enumeration = labels};
  }
  return Error{.code = "42704", .message = "type \"" + std::string(name) + "\" does not exist"};
}

bool is_integer(Kind kind) { return kind == Kind::int2 || kind == Kind::int4 || kind == Kind::int8; }
bool is_float(Kind kind) { return kind == Kind::float4 || kind == Kind::float8; }

Error no_aggregate(std::string_view name, const types::Type& type) {
  return {.code = "42883",
          .message = "function " + std::string(name) + "(" + types::format_type(type) + ") does not exist",
          .hint =
              "No function matches the given name and argument types. You might need to add explicit type "
              "casts."};
}

Result<TypedSql> compile_sum(const TypedSql& value) {
  const auto kind = value.type.array ? Kind::unknown : value.type.kind;
  if (kind == Kind::int2 || kind == Kind::int4)
    return TypedSql{"pg_sum_int(" + value.sql + ")", {.kind = Kind::int8}};
  if (kind == Kind::int8) return TypedSql{"pg_sum_bigint(" + value.sql + ")", {.kind = Kind::numeric}};
  if (kind == Kind::numeric) return TypedSql{"pg_sum_numeric(" + value.sql + ")", {.kind = Kind::numeric}};
  if (is_float(kind) || kind == Kind::money) return TypedSql{"sum(" + value.sql + ")", {.kind = kind}};
  return no_aggregate("sum", value.type);
}

Result<TypedSql> compile_avg(const TypedSql& value) {
  const auto kind = value.type.array ? Kind::unknown : value.type.kind;
  if (is_integer(kind)) return TypedSql{"pg_avg_int(" + value.sql + ")", {.kind = Kind::numeric}};
  if (kind == Kind::numeric) return TypedSql{"pg_avg_numeric(" + value.sql + ")", {.kind = Kind::numeric}};
  if (is_float(kind)) return TypedSql{"avg(" + value.sql + ")", {.kind = Kind::float8}};
  return no_aggregate("avg", value.type);
}

// max and min follow the collation of what they are given.
Result<TypedSql> compile_extreme(std::string_view name, const TypedSql& value) {
  constexpr std::array kUnordered{Kind::uuid,     Kind::boolean, Kind::json, Kind::jsonb, Kind::bytea,
                                  Kind::tsvector, Kind::tsquery, Kind::xml,  Kind::bit,   Kind::varbit};
  for (const auto kind : kUnordered) {
    if (value.type.is(kind)) return no_aggregate(name, value.type);
  }
  return TypedSql{std::string(name) + "(" + value.sql + collation(value.type) + ")", value.type};
}

}  // namespace

Error permission_denied(const schema::Table& table) {
  return {.code = "42501",
          .message = std::string("permission denied for ") + (table.is_view() ? "view " : "table ") +
                     table.name.name};
}

types::Type literal_type(types::Type type) {
  // bit without a length is bit(1); an untyped literal beside it has any.
  if (type.is(Kind::bit)) type.kind = Kind::varbit;
  type.length = -1;
  type.scale = -1;
  return type;
}

Result<TypedSql> compile_column(const CompileContext& context, const ReadNode& node, std::string_view column,
                                schema::Privilege privilege) {
  const auto* found = node.table->find_column(column);
  const bool system = context.role == base::kSystemRole;
  if (found == nullptr || (found->hidden && !system)) return no_column(node, column);
  if (!node.trusted &&
      !schema::has_column_privilege(context.catalogue, context.role, *node.table, column, privilege)) {
    return permission_denied(*node.table);
  }
  return TypedSql{node.alias + "." + schema::quote_identifier(column), found->type};
}

Result<TypedSql> compile_field(const CompileContext& context, const ReadNode& node, const Field& field) {
  HF_TRY(auto value, compile_column(context, node, field.name));
  if (field.path.empty()) return value;
  if (!value.type.is(Kind::json) && !value.type.is(Kind::jsonb)) {
    value.sql =
        "pg_to_jsonb(" + value.sql + ", " + schema::quote_literal(types::format_type(value.type)) + ")";
    value.type = {.kind = Kind::jsonb};
  }
  for (const auto& step : field.path) {
    if (value.type.is(Kind::text)) {
      return Error{.code = "42883", .message = "operator does not exist: text -> unknown"};
    }
    const std::string key = step.is_index ? step.key : schema::quote_literal(step.key);
    value.sql = std::string(value.type.is(Kind::json) ? "pg_json_get" : "pg_jsonb_get") +
                (step.as_text ? "_text(" : "(") + value.sql + ", " + key + ")";
    if (step.as_text) value.type = {.kind = Kind::text};
  }
  return value;
}

Result<TypedSql> compile_cast(const CompileContext& context, const TypedSql& value, std::string_view name) {
  HF_TRY(auto type, named_type(context.catalogue, name));
  HF_TRY(auto sql, schema::cast_sql(value, type));
  return TypedSql{std::move(sql), std::move(type)};
}

Result<TypedSql> compile_aggregate(Aggregate aggregate, const TypedSql& value) {
  switch (aggregate) {
    case Aggregate::sum:
      return compile_sum(value);
    case Aggregate::avg:
      return compile_avg(value);
    case Aggregate::max:
      return compile_extreme("max", value);
    case Aggregate::min:
      return compile_extreme("min", value);
    case Aggregate::count:
      return TypedSql{"count(" + value.sql + ")", {.kind = Kind::int8}};
    case Aggregate::none:
      break;
  }
  return value;
}

}  // namespace holdfast::records
