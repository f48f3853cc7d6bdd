#include <algorithm>
#include <array>

#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/operators.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

Operand boolean(std::string sql) { return computed(std::move(sql), type_of(Kind::boolean)); }

Operand negated(Operand value) {
  value.sql = "NOT " + enclosed(value.sql);
  return value;
}

bool is_search_operator(std::string_view op) { return op == "@@" || op == "@>" || op == "&&"; }

Result<Operand> operate(const Context& context, std::string_view op, Operand left, Operand right) {
  if (is_search_operator(op)) return search_operator(context, op, std::move(left), std::move(right));
  return binary_operator(op, std::move(left), std::move(right));
}

Error unequal_rows() { return {.code = "42601", .message = "unequal number of entries in row expressions"}; }

/// `(a, b) = (c, d)`: field by field.
Result<Operand> compare_rows(std::string_view op, const Operand& left, const Operand& right) {
  if (left.fields->size() != right.fields->size()) return unequal_rows();
  const bool equality = op == "=" || op == "<>";
  std::string sql;
  std::string lefts;
  std::string rights;
  for (std::size_t i = 0; i < left.fields->size(); ++i) {
    HF_TRY(const auto pair, binary_operator(op, (*left.fields)[i].value, (*right.fields)[i].value));
    sql += (sql.empty() ? "" : op == "=" ? " AND " : " OR ") + enclosed(pair.sql);
    lefts += (lefts.empty() ? "" : ", ") + (*left.fields)[i].value.sql;
    rights += (rights.empty() ? "" : ", ") + (*right.fields)[i].value.sql;
  }
  return boolean(equality ? sql : "(" + lefts + ") " + std::string(op) + " (" + rights + ")");
}

struct Sides {
  Operand left;
  Operand right;
};

Result<Sides> both_sides(const Context& context, const PgQuery__AExpr& expression) {
  HF_TRY(auto left, translate(context, expression.lexpr));
  HF_TRY(auto right, translate(context, expression.rexpr));
  return Sides{std::move(left), std::move(right)};
}

Result<Operand> plain(const Context& context, const PgQuery__AExpr& expression) {
  const auto op = operator_name(nodes(expression.name, expression.n_name));
  if (expression.lexpr == nullptr) {
    HF_TRY(auto value, translate(context, expression.rexpr));
    return prefix_operator(op, std::move(value));
  }
  HF_TRY(auto sides, both_sides(context, expression));
  if (sides.left.fields != nullptr && sides.right.fields != nullptr)
    return compare_rows(op, sides.left, sides.right);
  return operate(context, op, std::move(sides.left), std::move(sides.right));
}

/// The two sides as one type, with the collation that comparing them needs.
Result<Sides> comparable(Sides sides) {
  HF_TRY(const auto probe, binary_operator("=", sides.left, sides.right));
  HF_TRY(const auto type, common_type({sides.left, sides.right}, "comparison"));
  HF_TRY(sides.left, coerce(std::move(sides.left), type, CastContext::implicit));
  HF_TRY(sides.right, coerce(std::move(sides.right), type, CastContext::implicit));
  return sides;
}

Result<Operand> distinct(const Context& context, const PgQuery__AExpr& expression) {
  HF_TRY(auto sides, both_sides(context, expression));
  const bool is_null_test = sides.left.is_null || sides.right.is_null;
  if (is_null_test) {
    HF_TRY(sides.left, settle(std::move(sides.left)));
    HF_TRY(sides.right, settle(std::move(sides.right)));
  } else {
    HF_TRY(sides, comparable(std::move(sides)));
  }
  const bool not_distinct = expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
  return boolean(enclosed(sides.left.sql) + (not_distinct ? " IS " : " IS NOT ") + enclosed(sides.right.sql) +
                 collate_clause(sides.left.type));
}

Result<Operand> null_if(const Context& context, const PgQuery__AExpr& expression) {
  HF_TRY(auto sides, both_sides(context, expression));
  HF_TRY(const auto equal, binary_operator("=", sides.left, sides.right));
  if (sides.left.untyped()) {
    const auto type = sides.right.untyped() ? type_of(Kind::text) : sides.right.type;
    HF_TRY(sides.left, coerce(std::move(sides.left), type, CastContext::implicit));
  }
  return computed("CASE WHEN " + equal.sql + " THEN NULL ELSE " + sides.left.sql + " END", sides.left.type);
}

/// `x IN (a, b)` as SQLite's own IN where all are of one type, so that an index is used.
Result<Operand> in_list(const Operand& left, std::vector<Operand> items) {
  std::vector<Operand> all = items;
  all.insert(all.begin(), left);
  const auto type = common_type(all, "IN");
  const bool native = type.ok() && (left.untyped() || left.type.same_as(*type) || is_string(*type));
  if (!native) {
    std::string sql;
    for (auto& item : items) {
      HF_TRY(const auto equal, binary_operator("=", left, std::move(item)));
      sql += (sql.empty() ? "" : " OR ") + enclosed(equal.sql);
    }
    return boolean(sql);
  }
  HF_TRY(const auto probe, binary_operator("=", left, items.front()));
  HF_TRY(const auto subject, coerce(left, *type, CastContext::implicit));
  std::string list;
  for (auto& item : items) {
    HF_TRY(const auto value, coerce(std::move(item), *type, CastContext::implicit));
    list += (list.empty() ? "" : ", ") + value.sql;
  }
  return boolean(enclosed(subject.sql) + collate_clause(*type) + " IN (" + list + ")");
}

Result<Operand> in_rows(const Operand& left, const std::vector<Operand>& items) {
  std::string sql;
  for (const auto& item : items) {
    if (item.fields == nullptr) return unequal_rows();
    HF_TRY(const auto equal, compare_rows("=", left, item));
    sql += (sql.empty() ? "" : " OR ") + enclosed(equal.sql);
  }
  return boolean(sql);
}

Result<Operand> in(const Context& context, const PgQuery__AExpr& expression) {
  const auto& list = *expression.rexpr->list;
  HF_TRY(const auto left, translate(context, expression.lexpr));
  HF_TRY(auto items, translate_all(context, nodes(list.items, list.n_items)));
  HF_TRY(auto result, left.fields != nullptr ? in_rows(left, items) : in_list(left, std::move(items)));
  const bool negative = operator_name(nodes(expression.name, expression.n_name)) == "<>";
  return negative ? negated(std::move(result)) : std::move(result);
}

Result<Operand> within(const Operand& value, const Operand& low, const Operand& high) {
  HF_TRY(const auto above, binary_operator(">=", value, low));
  HF_TRY(const auto below, binary_operator("<=", value, high));
  return boolean(enclosed(above.sql) + " AND " + enclosed(below.sql));
}

Result<Operand> between(const Context& context, const PgQuery__AExpr& expression) {
  const auto& list = *expression.rexpr->list;
  HF_TRY(const auto value, translate(context, expression.lexpr));
  HF_TRY(const auto bounds, translate_all(context, nodes(list.items, list.n_items)));
  HF_TRY(auto result, within(value, bounds[0], bounds[1]));
  const bool symmetric = expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM ||
                         expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  if (symmetric) {
    HF_TRY(const auto swapped, within(value, bounds[1], bounds[0]));
    result.sql = enclosed(result.sql) + " OR " + enclosed(swapped.sql);
  }
  const bool negative = expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN ||
                        expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
  return negative ? negated(std::move(result)) : std::move(result);
}

Result<Operand> with_array(const Context& context, const PgQuery__AExpr& expression) {
  HF_TRY(auto sides, both_sides(context, expression));
  const bool all = expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL;
  return compare_with_array(context, operator_name(nodes(expression.name, expression.n_name)),
                            std::move(sides.left), std::move(sides.right), all, expression.location);
}

struct KindRow {
  PgQuery__AExprKind kind;
  Result<Operand> (*translator)(const Context&, const PgQuery__AExpr&);
};
constexpr std::array kKinds{
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_OP, plain},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_LIKE, plain},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE, plain},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY, with_array},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL, with_array},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT, distinct},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT, distinct},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF, null_if},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_IN, in},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN, between},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN, between},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM, between},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM, between},
    KindRow{PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR, plain},
};

}  // namespace

std::string operator_name(std::span<Node* const> names) {
  return names.empty() ? std::string() : std::string(string_of(names.back()));
}

Result<Operand> translate_operator(const Context& context, const Node* node) {
  const auto& expression = *node->a_expr;
  const auto row = std::ranges::find(kKinds, expression.kind, &KindRow::kind);
  if (row == kKinds.end()) {
    return untranslatable(context, expression.location, "this operator", "Use a plain comparison.");
  }
  HF_TRY(auto value, located(context, expression.location, row->translator(context, expression)));
  value.location = expression.location;
  return value;
}

}  // namespace holdfast::schema::detail
