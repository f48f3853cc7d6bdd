#include <algorithm>

#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/operators.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// `ARRAY[[1,2],[3,4]]`: arrays in an array are dimensions.
bool holds_arrays(const std::vector<Operand>& elements) {
  return !elements.empty() && elements.front().type.array;
}

/// An array whose elements are known when the statement is compiled, as the list of an IN.
Result<Operand> array_constant(const Context& context, Operand array, const types::Type& element,
                               int location) {
  auto type = element;
  type.length = type.scale = -1;
  if (!array.untyped()) return array;
  return located(context, location, coerce(std::move(array), type.array_of(), CastContext::implicit));
}

/// The comparison of `left` with one element, which json_each() calls `value`.
Result<Operand> compare_with_element(std::string_view op, const Operand& left, const types::Type& array,
                                     std::string_view alias) {
  auto element = computed(quote_identifier(alias) + ".value", array.element());
  return binary_operator(op, left, std::move(element));
}

/// `a[2:3]`, `a[:3]`, `a[2:]`: of the outer dimension.
Result<Operand> slice_of(const Context& context, Operand array, const PgQuery__AIndices& index) {
  auto from = computed("1", type_of(Kind::int4));
  auto to = computed("2147483647", type_of(Kind::int4));
  if (index.lidx != nullptr) {
    HF_TRY(from, translate_as(context, index.lidx, type_of(Kind::int4)));
  }
  if (index.uidx != nullptr) {
    HF_TRY(to, translate_as(context, index.uidx, type_of(Kind::int4)));
  }
  return computed("pg_array_slice(" + array.sql + ", " + from.sql + ", " + to.sql + ")", array.type);
}

Result<Operand> element_at(const Context& context, Operand array, const PgQuery__AIndices& index) {
  if (!array.type.array) {
    return failure(context, first_location(index.uidx), "42804",
                   "cannot subscript type " + types::format_type(array.type) + " because it is not an array");
  }
  if (index.is_slice != 0) return slice_of(context, std::move(array), index);
  HF_TRY(const auto at, translate_as(context, index.uidx, type_of(Kind::int4)));
  return computed("pg_array_get(" + array.sql + ", " + at.sql + ")", array.type.element());
}

/// PostgreSQL reads every index beside a slice as a slice of its own dimension.
Result<void> check_slices(const Context& context, std::span<Node* const> steps) {
  const auto is_slice = [](const Node* step) {
    return step->node_case == PG_QUERY__NODE__NODE_A_INDICES && step->a_indices->is_slice != 0;
  };
  if (steps.size() < 2 || std::ranges::none_of(steps, is_slice)) return {};
  return untranslatable(context, -1, "a slice of several dimensions", "Slice the outer dimension alone.");
}

Result<Operand> subscript(const Context& context, Operand value, const Node* step) {
  if (step->node_case == PG_QUERY__NODE__NODE_A_INDICES) {
    if (!value.type.is(Kind::jsonb)) return element_at(context, std::move(value), *step->a_indices);
    HF_TRY(auto key, translate(context, step->a_indices->uidx));
    HF_TRY(key, settle(std::move(key)));
    return binary_operator("->", std::move(value), std::move(key));
  }
  const auto name = string_of(step);
  if (value.fields != nullptr) {
    for (const auto& field : *value.fields) {
      if (field.name == name) return field.value;
    }
  }
  return failure(context, value.location, "42703",
                 "column \"" + std::string(name) + "\" not found in the value");
}

}  // namespace

std::string quantified(std::string_view comparison, std::string_view from, bool all) {
  const std::string test = "(" + std::string(comparison) + ")";
  const char* decisive = all ? "0" : "1";
  const char* otherwise = all ? "1" : "0";
  return "(SELECT CASE WHEN " + std::string(all ? "min" : "max") + test + " = " + decisive + " THEN " +
         decisive + " WHEN count(*) = count" + test + " THEN " + otherwise + " END FROM " +
         std::string(from) + ")";
}

Result<Operand> compare_with_array(const Context& context, std::string_view op, Operand left, Operand array,
                                   bool all, int location) {
  const auto taken = array.type.array ? array.type.element() : type_of(Kind::text);
  if (left.untyped()) {
    HF_TRY(left, coerce(std::move(left), taken, CastContext::implicit));
  }
  HF_TRY(array, array_constant(context, std::move(array), left.type, location));
  if (!array.type.array)
    return failure(context, location, "42809", "op ANY/ALL (array) requires array on right side");
  HF_TRY(const auto alias, fresh_alias(context.statement, "element"));
  HF_TRY(const auto test, located(context, location, compare_with_element(op, left, array.type, alias)));
  const auto each = "json_each(" + array.sql + ") AS " + quote_identifier(alias);
  const bool membership = (op == "=" && !all) || (op == "<>" && all);
  auto sql = quantified(test.sql, each, all);
  const bool alike =
      left.type.same_as(array.type.element()) || (is_string(left.type) && is_string(array.type.element()));
  if (membership && alike) {
    sql = enclosed(left.sql) + collate_clause(left.type) + (all ? " NOT IN" : " IN") +
          " (SELECT value FROM json_each(" + array.sql + "))";
  }
  const bool known = array.sql.starts_with('\'') || array.sql.starts_with("pg_array(") || array.not_null;
  if (!known) sql = "CASE WHEN " + enclosed(array.sql) + " IS NOT NULL THEN " + sql + " END";
  return computed(std::move(sql), type_of(Kind::boolean));
}

Result<Operand> translate_array(const Context& context, const Node* node) {
  const auto& expression = *node->a_array_expr;
  HF_TRY(auto elements, translate_all(context, nodes(expression.elements, expression.n_elements)));
  if (elements.empty()) {
    return failure(context, expression.location, "42P18", "cannot determine type of empty array",
                   "Explicitly cast to the desired type, for example ARRAY[]::integer[].");
  }
  const bool nested = holds_arrays(elements);
  HF_TRY(auto type, located(context, expression.location, common_type(elements, "ARRAY")));
  std::string list;
  for (auto& element : elements) {
    HF_TRY(const auto value,
           located(context, expression.location, coerce(std::move(element), type, CastContext::implicit)));
    list += (list.empty() ? "" : ", ") + (nested ? "json(" + value.sql + ")" : value.sql);
  }
  auto value = computed((nested ? "json_array(" : "pg_array(") + list + ")", nested ? type : type.array_of());
  value.location = expression.location;
  value.not_null = true;
  return value;
}

Result<Operand> translate_subscripts(const Context& context, const Node* node) {
  const auto& expression = *node->a_indirection;
  HF_TRY(auto value, translate(context, expression.arg));
  HF_CHECK(check_slices(context, nodes(expression.indirection, expression.n_indirection)));
  for (const auto* step : nodes(expression.indirection, expression.n_indirection)) {
    HF_TRY(value, subscript(context, std::move(value), step));
  }
  return value;
}

}  // namespace holdfast::schema::detail
