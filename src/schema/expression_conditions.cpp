#include <array>

#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/operators.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

Operand boolean(std::string sql, int location) {
  auto value = computed(std::move(sql), type_of(Kind::boolean));
  value.location = location;
  return value;
}

/// One WHEN's condition: `CASE x WHEN y` compares by `=`.
Result<Operand> when_condition(const Context& context, const PgQuery__CaseExpr& expression,
                               const PgQuery__CaseWhen& when) {
  if (expression.arg == nullptr) return translate_condition(context, when.expr, "CASE/WHEN");
  HF_TRY(auto subject, translate(context, expression.arg));
  HF_TRY(subject, settle(std::move(subject)));
  HF_TRY(auto value, translate(context, when.expr));
  return located(context, when.location, binary_operator("=", std::move(subject), std::move(value)));
}

Result<void> coerce_all(std::vector<Operand>& parts, const types::Type& type) {
  for (auto& part : parts) {
    HF_TRY(part, coerce(std::move(part), type, CastContext::implicit));
  }
  return {};
}

}  // namespace

Result<Operand> translate_case(const Context& context, const Node* node) {
  const auto& expression = *node->case_expr;
  std::vector<Operand> conditions;
  std::vector<Operand> results;
  for (const auto* item : nodes(expression.args, expression.n_args)) {
    HF_TRY(auto condition, when_condition(context, expression, *item->case_when));
    conditions.push_back(std::move(condition));
    HF_TRY(auto result, translate(context, item->case_when->result));
    results.push_back(std::move(result));
  }
  if (expression.defresult != nullptr) {
    HF_TRY(auto otherwise, translate(context, expression.defresult));
    results.push_back(std::move(otherwise));
  }
  HF_TRY(const auto type, located(context, expression.location, common_type(results, "CASE")));
  HF_CHECK(located(context, expression.location, coerce_all(results, type)));
  std::string sql = "CASE";
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    sql += " WHEN " + conditions[i].sql + " THEN " + results[i].sql;
  }
  if (expression.defresult != nullptr) sql += " ELSE " + results.back().sql;
  auto value = computed(sql + " END", type);
  value.location = expression.location;
  return value;
}

Result<Operand> translate_coalesce(const Context& context, const Node* node) {
  const auto& expression = *node->coalesce_expr;
  HF_TRY(auto parts, translate_all(context, nodes(expression.args, expression.n_args)));
  HF_TRY(const auto type, located(context, expression.location, common_type(parts, "COALESCE")));
  HF_CHECK(located(context, expression.location, coerce_all(parts, type)));
  std::string list;
  for (const auto& part : parts) list += (list.empty() ? "" : ", ") + part.sql;
  auto value = computed(parts.size() == 1 ? parts.front().sql : "coalesce(" + list + ")", type);
  value.location = expression.location;
  return value;
}

Result<Operand> translate_extreme(const Context& context, const Node* node) {
  const auto& expression = *node->min_max_expr;
  const bool greatest = expression.op == PG_QUERY__MIN_MAX_OP__IS_GREATEST;
  HF_TRY(auto parts, translate_all(context, nodes(expression.args, expression.n_args)));
  HF_TRY(const auto type,
         located(context, expression.location, common_type(parts, greatest ? "GREATEST" : "LEAST")));
  HF_CHECK(located(context, expression.location, coerce_all(parts, type)));
  std::string list = greatest ? "pg_greatest(" : "pg_least(";
  list += type_literal(type);
  for (const auto& part : parts) list += ", " + part.sql;
  auto value = computed(list + ")", type);
  value.location = expression.location;
  return value;
}

Result<Operand> translate_bool(const Context& context, const Node* node) {
  const auto& expression = *node->bool_expr;
  const bool negates = expression.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR;
  const std::string_view word = negates                                                   ? "NOT"
                                : expression.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR ? "AND"
                                                                                          : "OR";
  std::string sql;
  for (const auto* argument : nodes(expression.args, expression.n_args)) {
    HF_TRY(const auto part, translate_condition(context, argument, word));
    if (!sql.empty()) sql += " " + std::string(word) + " ";
    sql += enclosed(part.sql);
  }
  return boolean(negates ? "NOT " + sql : sql, expression.location);
}

Result<Operand> translate_null_test(const Context& context, const Node* node) {
  const auto& test = *node->null_test;
  const bool is_null = test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL;
  HF_TRY(auto value, translate(context, test.arg));
  if (value.fields != nullptr) {
    std::string sql;
    for (const auto& field : *value.fields) {
      if (!sql.empty()) sql += " AND ";
      sql += enclosed(field.value.sql) + (is_null ? " IS NULL" : " IS NOT NULL");
    }
    return boolean(sql.empty() ? "1" : sql, test.location);
  }
  HF_TRY(value, settle(std::move(value)));
  return boolean(enclosed(value.sql) + (is_null ? " IS NULL" : " IS NOT NULL"), test.location);
}

Result<Operand> translate_bool_test(const Context& context, const Node* node) {
  struct Row {
    PgQuery__BoolTestType test;
    const char* sql;
  };
  constexpr std::array kTests{
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_TRUE, " IS 1"},
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE, " IS NOT 1"},
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_FALSE, " IS 0"},
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE, " IS NOT 0"},
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN, " IS NULL"},
      Row{PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN, " IS NOT NULL"},
  };
  const auto& test = *node->boolean_test;
  HF_TRY(const auto value, translate_condition(context, test.arg, "IS"));
  for (const auto& row : kTests) {
    if (row.test == test.booltesttype) return boolean(enclosed(value.sql) + row.sql, test.location);
  }
  return untranslatable(context, test.location, "this test", "Use IS [NOT] TRUE, FALSE or UNKNOWN.");
}

}  // namespace holdfast::schema::detail
