#include "schema/expression.hpp"

#include <array>

#include "schema/detail/type_names.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

Result<Operand> number_constant(const std::string& text) {
  const bool is_whole = text.find_first_not_of("-0123456789") == std::string::npos;
  auto type = type_of(Kind::numeric);
  if (is_whole) {
    for (const auto kind : {Kind::int4, Kind::int8}) {
      if (auto value = typed_literal(type_of(kind), text)) return value;
    }
  }
  HF_TRY(auto value, typed_literal(type, text));
  value.number = text;
  return value;
}

Operand text_constant(std::string text) {
  Operand operand;
  operand.literal = std::move(text);
  operand.sql = quote_literal(*operand.literal);
  return operand;
}

Operand null_constant() {
  Operand operand;
  operand.sql = "NULL";
  operand.is_null = true;
  return operand;
}

/// `b101` or `x1F`, as the parser hands it on.
Result<Operand> bit_constant(std::string_view text) {
  return typed_literal(type_of(Kind::bit), text.starts_with('b') ? text.substr(1) : text);
}

Result<Operand> constant_of(const PgQuery__AConst& constant) {
  if (constant.isnull) return null_constant();
  switch (constant.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      return number_constant(std::to_string(constant.ival->ival));
    case PG_QUERY__A__CONST__VAL_FVAL:
      return number_constant(constant.fval->fval);
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return computed(constant.boolval->boolval ? "1" : "0", type_of(Kind::boolean));
    case PG_QUERY__A__CONST__VAL_BSVAL:
      return bit_constant(constant.bsval->bsval);
    default:
      return text_constant(constant.sval == nullptr ? "" : constant.sval->sval);
  }
}

Result<Operand> translate_constant(const Context& context, const Node* node) {
  const auto& constant = *node->a_const;
  HF_TRY(auto operand, located(context, constant.location, constant_of(constant)));
  operand.location = constant.location;
  return operand;
}

Result<Operand> translate_column(const Context& context, const Node* node) {
  const auto& reference = *node->column_ref;
  const auto fields = nodes(reference.fields, reference.n_fields);
  if (fields.back()->node_case == PG_QUERY__NODE__NODE_A_STAR) {
    if (fields.size() < 2)
      return failure(context, reference.location, "42601", "* stands where no row is wanted");
    return resolve_column(context, strings_of(fields.first(fields.size() - 1)), reference.location);
  }
  return resolve_column(context, strings_of(fields), reference.location);
}

Result<Operand> translate_parameter(const Context& context, const Node* node) {
  const auto& reference = *node->param_ref;
  const auto number = std::to_string(reference.number);
  if (context.arguments != nullptr) {
    const auto at = context.arguments->find("$" + number);
    if (at != context.arguments->end()) return at->second;
  }
  if (context.arguments != nullptr || reference.number < 1 || reference.number > 32766) {
    return failure(context, reference.location, "42P02", "there is no parameter $" + number);
  }
  auto& parameters = context.statement.parameters;
  while (parameters.size() < static_cast<std::size_t>(reference.number)) parameters.emplace_back();
  auto& type = parameters[static_cast<std::size_t>(reference.number) - 1];
  Operand operand = computed("$" + number, type);
  if (operand.untyped()) operand.open_parameter = &type;
  operand.location = reference.location;
  return operand;
}

Result<Operand> translate_cast(const Context& context, const Node* node) {
  const auto& cast = *node->type_cast;
  HF_TRY(const auto target, located(context, cast.type_name->location,
                                    resolve_type(context.statement.catalogue, *cast.type_name)));
  if (cast.arg->node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR && target.array &&
      cast.arg->a_array_expr->n_elements == 0) {
    return typed_literal(target, "{}");
  }
  HF_TRY(auto value, translate(context, cast.arg));
  auto result = coerce(std::move(value), target, CastContext::explicit_);
  if (result.ok() && target.is(Kind::boolean)) result->sql = enclosed(result->sql);
  return located(context, cast.location, std::move(result));
}

struct SessionValue {
  PgQuery__SQLValueFunctionOp op;
  const char* sql;
  Kind kind;
};
constexpr std::array kSessionValues{
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE, "pg_current_date()", Kind::date},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP, "pg_now()", Kind::timestamptz},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP, "pg_now()", Kind::timestamp},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME,
                 "pg_cast(pg_now(), 'timestamp with time zone', 'time without time zone')", Kind::time},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME,
                 "pg_cast(pg_now(), 'timestamp with time zone', 'time with time zone')", Kind::timetz},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_ROLE, "pg_current_user()", Kind::name},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_USER, "pg_current_user()", Kind::name},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_USER, "pg_current_user()", Kind::name},
    SessionValue{PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA, "'public'", Kind::name},
};

Result<Operand> translate_session_value(const Context& context, const Node* node) {
  const auto& call = *node->sqlvalue_function;
  for (const auto& row : kSessionValues) {
    if (row.op != call.op) continue;
    auto value = computed(row.sql, type_of(row.kind));
    value.not_null = true;
    value.location = call.location;
    return value;
  }
  return untranslatable(context, call.location, "this session value",
                        "Use now(), current_date or current_user.");
}

Result<Operand> translate_row(const Context& context, const Node* node) {
  const auto& row = *node->row_expr;
  HF_TRY(const auto values, translate_all(context, nodes(row.args, row.n_args)));
  auto fields = std::make_shared<std::vector<Operand::Field>>();
  std::string sql;
  for (const auto& value : values) {
    fields->push_back({"f" + std::to_string(fields->size() + 1), value});
    sql += (sql.empty() ? "" : ", ") + value.sql;
  }
  Operand record = computed("(" + sql + ")", type_of(Kind::record));
  record.fields = std::move(fields);
  record.location = row.location;
  return record;
}

Result<Operand> translate_collation(const Context& context, const Node* node) {
  const auto& clause = *node->collate_clause;
  const auto names = strings_of(nodes(clause.collname, clause.n_collname));
  if (names.empty() || (names.back() != "C" && names.back() != "POSIX" && names.back() != "default")) {
    return untranslatable(context, clause.location, "this collation",
                          "Texts compare by code point: COLLATE \"C\".");
  }
  return translate(context, clause.arg);
}

Result<Operand> translate_default(const Context& context, const Node* node) {
  return failure(context, node->set_to_default->location, "42601", "DEFAULT is not allowed in this context");
}

using Translator = Result<Operand> (*)(const Context&, const Node*);
struct NodeRow {
  PgQuery__Node__NodeCase kind;
  Translator translator;
};
constexpr std::array kNodes{
    NodeRow{PG_QUERY__NODE__NODE_A_CONST, translate_constant},
    NodeRow{PG_QUERY__NODE__NODE_COLUMN_REF, translate_column},
    NodeRow{PG_QUERY__NODE__NODE_PARAM_REF, translate_parameter},
    NodeRow{PG_QUERY__NODE__NODE_A_EXPR, translate_operator},
    NodeRow{PG_QUERY__NODE__NODE_BOOL_EXPR, translate_bool},
    NodeRow{PG_QUERY__NODE__NODE_NULL_TEST, translate_null_test},
    NodeRow{PG_QUERY__NODE__NODE_BOOLEAN_TEST, translate_bool_test},
    NodeRow{PG_QUERY__NODE__NODE_TYPE_CAST, translate_cast},
    NodeRow{PG_QUERY__NODE__NODE_FUNC_CALL, translate_call},
    NodeRow{PG_QUERY__NODE__NODE_SUB_LINK, translate_sub_link},
    NodeRow{PG_QUERY__NODE__NODE_CASE_EXPR, translate_case},
    NodeRow{PG_QUERY__NODE__NODE_COALESCE_EXPR, translate_coalesce},
    NodeRow{PG_QUERY__NODE__NODE_MIN_MAX_EXPR, translate_extreme},
    NodeRow{PG_QUERY__NODE__NODE_A_ARRAY_EXPR, translate_array},
    NodeRow{PG_QUERY__NODE__NODE_A_INDIRECTION, translate_subscripts},
    NodeRow{PG_QUERY__NODE__NODE_ROW_EXPR, translate_row},
    NodeRow{PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION, translate_session_value},
    NodeRow{PG_QUERY__NODE__NODE_COLLATE_CLAUSE, translate_collation},
    NodeRow{PG_QUERY__NODE__NODE_SET_TO_DEFAULT, translate_default},
};

/// A grouped expression settles the columns that it reads.
void forget_grouped(const Context& context, const Operand& value, std::size_t mark) {
  auto* grouping = context.scope == nullptr ? nullptr : context.scope->grouping;
  if (grouping == nullptr || !grouping->active || grouping->loose.size() <= mark) return;
  if (grouping->keys.contains(value.sql)) grouping->loose.resize(mark);
}

}  // namespace

Result<Operand> translate(const Context& context, const Node* node) {
  const Nesting nesting(context.statement);
  HF_CHECK(nesting.check(context, -1));
  for (const auto& row : kNodes) {
    if (row.kind != node->node_case) continue;
    const auto* grouping = context.scope == nullptr ? nullptr : context.scope->grouping;
    const auto mark = grouping == nullptr ? 0 : grouping->loose.size();
    HF_TRY(auto value, row.translator(context, node));
    forget_grouped(context, value, mark);
    return value;
  }
  return untranslatable(context, first_location(node), "this construct",
                        "Write it with operators and functions.");
}

Result<Operand> translate_condition(const Context& context, const Node* node, std::string_view clause) {
  const int location = first_location(node);
  HF_TRY(auto value, translate(context, node));
  if (!value.untyped() && !value.type.is(Kind::boolean)) {
    return failure(context, location, "42804",
                   "argument of " + std::string(clause) + " must be type boolean, not type " +
                       types::format_type(value.type));
  }
  return located(context, location, coerce(std::move(value), type_of(Kind::boolean), CastContext::implicit));
}

Result<Operand> translate_as(const Context& context, const Node* node, const types::Type& target) {
  HF_TRY(auto value, translate(context, node));
  return located(context, first_location(node), coerce(std::move(value), target, CastContext::implicit));
}

Result<std::vector<Operand>> translate_all(const Context& context, std::span<Node* const> list) {
  std::vector<Operand> operands;
  for (const auto* node : list) {
    HF_TRY(auto operand, translate(context, node));
    operands.push_back(std::move(operand));
  }
  return operands;
}

}  // namespace holdfast::schema::detail
