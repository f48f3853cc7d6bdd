#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/operators.hpp"
#include "schema/query.hpp"
#include "schema/query_select.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

Operand boolean(std::string sql) { return computed(std::move(sql), type_of(Kind::boolean)); }

Result<void> want_columns(const Context& context, const Rows& rows, std::size_t count, int location) {
  if (rows.columns.size() == count) return {};
  return failure(
      context, location, "42601",
      rows.columns.size() > count ? "subquery has too many columns" : "subquery has too few columns");
}

/// One value out of rows: a second row is 21000.
Result<Operand> scalar(const Context& context, const Rows& rows, int location) {
  HF_CHECK(want_columns(context, rows, 1, location));
  if (rows.at_most_one) return computed("(" + rows.sql + ")", rows.columns.front().type);
  HF_TRY(const auto alias, fresh_alias(context.statement, "single"));
  const auto column = quote_identifier(alias) + ".v";
  return computed("(WITH " + quote_identifier(alias) + "(v) AS (" + rows.sql + ") SELECT pg_single_value(" +
                      column + ") FROM " + quote_identifier(alias) + ")",
                  rows.columns.front().type);
}

Result<Operand> array_of(const Context& context, const Rows& rows, int location) {
  HF_CHECK(want_columns(context, rows, 1, location));
  HF_TRY(const auto alias, fresh_alias(context.statement, "items"));
  const auto name = quote_identifier(alias);
  return computed("(WITH " + name + "(v) AS (" + rows.sql + ") SELECT coalesce(pg_array_agg(" + name +
                      ".v), '[]') FROM " + name + ")",
                  rows.columns.front().type.array_of());
}

/// `(a, b) IN (SELECT c, d ...)`.
Result<Operand> rows_in(const Context& context, const Operand& left, const Rows& rows, bool negative,
                        int location) {
  HF_CHECK(want_columns(context, rows, left.fields->size(), location));
  std::string list;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& field = (*left.fields)[i].value;
    HF_TRY(const auto value, coerce(field, rows.columns[i].type, CastContext::implicit));
    list += (list.empty() ? "" : ", ") + enclosed(value.sql) + collate_clause(rows.columns[i].type);
  }
  return boolean("(" + list + ")" + (negative ? " NOT IN (" : " IN (") + rows.sql + ")");
}

Result<Operand> any_or_all(const Context& context, const PgQuery__SubLink& link, const Rows& rows) {
  const bool all = link.sub_link_type == PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK;
  const auto op =
      link.n_oper_name == 0 ? std::string("=") : operator_name(nodes(link.oper_name, link.n_oper_name));
  HF_TRY(auto left, translate(context, link.testexpr));
  const bool membership = (op == "=" && !all) || (op == "<>" && all);
  if (left.fields != nullptr && membership) return rows_in(context, left, rows, all, link.location);
  HF_CHECK(want_columns(context, rows, 1, link.location));
  const auto& type = rows.columns.front().type;
  HF_TRY(const auto alias, fresh_alias(context.statement, "candidates"));
  const auto name = quote_identifier(alias);
  HF_TRY(const auto test, binary_operator(op, left, computed(name + ".v", type)));
  if (membership &&
      (left.untyped() || left.type.same_as(type) || (is_string(left.type) && is_string(type)))) {
    HF_TRY(const auto subject, coerce(std::move(left), type, CastContext::implicit));
    return boolean(enclosed(subject.sql) + collate_clause(type) + (all ? " NOT IN (" : " IN (") + rows.sql +
                   ")");
  }
  auto sql = quantified(test.sql, name, all);
  sql.insert(1, "WITH " + name + "(v) AS (" + rows.sql + ") ");
  return boolean(std::move(sql));
}

}  // namespace

Result<Operand> translate_sub_link(const Context& context, const Node* node) {
  const auto& link = *node->sub_link;
  HF_TRY(const auto rows, translate_rows(context, link.subselect));
  const auto translated = [&]() -> Result<Operand> {
    switch (link.sub_link_type) {
      case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
        return boolean("EXISTS (" + rows.sql + ")");
      case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
        return scalar(context, rows, link.location);
      case PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK:
        return array_of(context, rows, link.location);
      case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK:
      case PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK:
        return any_or_all(context, link, rows);
      default:
        return untranslatable(context, link.location, "this sub-select",
                              "Use EXISTS, IN or a scalar sub-select.");
    }
  };
  HF_TRY(auto value, located(context, link.location, translated()));
  value.location = link.location;
  return value;
}

}  // namespace holdfast::schema::detail
