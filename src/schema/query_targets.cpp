#include <algorithm>
#include <array>
#include <map>

#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

bool is_star(const Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return false;
  const auto& reference = *node->column_ref;
  return reference.n_fields > 0 &&
         reference.fields[reference.n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

/// Notes which table's column a target is as it stands; nothing for what is computed.
void note_origin(const Context& context, Target& target) {
  if (context.scope == nullptr) return;
  for (const auto& source : context.scope->sources) {
    for (const auto& column : source.columns) {
      const bool known = column.column != nullptr || column.origin != nullptr;
      if (!known || column.value.sql != target.value.sql) continue;
      target.origin = column.column != nullptr ? column.column : column.origin;
      target.origin_table = column.column != nullptr ? source.table : column.origin_table;
      return;
    }
  }
}

Target star_target(const Context& context, SourceColumn column) {
  Target target{.name = column.name, .value = std::move(column.value)};
  note_origin(context, target);
  return target;
}

Result<Target> plain_target(const Context& context, const PgQuery__ResTarget& item,
                            const types::Type* wanted) {
  HF_TRY(auto value, translate(context, item.val));
  Target target{.name = {}, .value = value, .untyped = value.untyped()};
  note_origin(context, target);
  const bool named = item.name != nullptr && *item.name != '\0';
  target.name = named ? item.name : implied_name(item.val);
  const bool as_wanted = wanted != nullptr && wanted->kind != types::Kind::unknown;
  auto settled =
      as_wanted ? coerce(std::move(value), *wanted, CastContext::implicit) : settle(std::move(value));
  HF_TRY(target.value, located(context, item.location, std::move(settled)));
  return target;
}

std::string name_of_list(std::span<Node* const> names) {
  return names.empty() ? std::string("?column?") : std::string(string_of(names.back()));
}

}  // namespace

std::string implied_name(const Node* node) {
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return name_of_list(nodes(node->column_ref->fields, node->column_ref->n_fields));
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return name_of_list(nodes(node->func_call->funcname, node->func_call->n_funcname));
    case PG_QUERY__NODE__NODE_TYPE_CAST: {
      const auto inner = implied_name(node->type_cast->arg);
      const auto& type = *node->type_cast->type_name;
      return inner != "?column?" && inner != "case" ? inner : name_of_list(nodes(type.names, type.n_names));
    }
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
      return implied_name(node->collate_clause->arg);
    case PG_QUERY__NODE__NODE_A_INDIRECTION:
      return implied_name(node->a_indirection->arg);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return node->case_expr->defresult != nullptr && implied_name(node->case_expr->defresult) != "?column?"
                 ? implied_name(node->case_expr->defresult)
                 : "case";
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return "coalesce";
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return node->min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_GREATEST ? "greatest" : "least";
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
      return "array";
    case PG_QUERY__NODE__NODE_ROW_EXPR:
      return "row";
    case PG_QUERY__NODE__NODE_A_EXPR:
      return node->a_expr->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF ? "nullif" : "?column?";
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION: {
      constexpr std::array kNames{
          "current_date", "current_time", "current_time",   "current_timestamp", "current_timestamp",
          "localtime",    "localtime",    "localtimestamp", "localtimestamp",    "current_role",
          "current_user", "user",         "session_user",   "current_catalog",   "current_schema"};
      const auto op = static_cast<std::size_t>(node->sqlvalue_function->op);
      return op >= 1 && op <= kNames.size() ? kNames[op - 1] : "?column?";
    }
    case PG_QUERY__NODE__NODE_SUB_LINK: {
      const auto& link = *node->sub_link;
      if (link.sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK) return "exists";
      if (link.sub_link_type == PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK) return "array";
      if (link.sub_link_type != PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK) return "?column?";
      const auto& select = *link.subselect->select_stmt;
      if (select.n_target_list == 0) return "?column?";
      const auto& first = *select.target_list[0]->res_target;
      return first.name != nullptr && *first.name != '\0' ? first.name : implied_name(first.val);
    }
    default:
      return "?column?";
  }
}

Result<std::vector<Target>> translate_targets(const Context& context, std::span<Node* const> list,
                                              const RowsWanted& wanted) {
  std::vector<Target> targets;
  for (const auto* node : list) {
    const auto& item = *node->res_target;
    if (is_star(item.val)) {
      const auto& reference = *item.val->column_ref;
      const auto qualifier = strings_of(nodes(reference.fields, reference.n_fields - 1));
      HF_TRY(auto columns, expand_star(context, qualifier, reference.location));
      for (auto& column : columns) targets.push_back(star_target(context, std::move(column)));
      continue;
    }
    const auto* type = targets.size() < wanted.types.size() ? &wanted.types[targets.size()] : nullptr;
    HF_TRY(auto target, plain_target(context, item, type));
    targets.push_back(std::move(target));
  }
  for (std::size_t i = 0; i < std::min(targets.size(), wanted.types.size()); ++i) {
    if (wanted.types[i].kind == types::Kind::unknown) continue;
    HF_TRY(targets[i].value, coerce(std::move(targets[i].value), wanted.types[i], CastContext::implicit));
  }
  return targets;
}

Result<void> check_equality(const Context& context, const types::Type& type, int location) {
  if (is_comparable(type)) return {};
  return failure(context, location, "42883",
                 "could not identify an equality operator for type " + types::format_type(type),
                 "Cast it to jsonb or text.");
}

TargetList write_targets(const std::vector<Target>& targets, bool distinct) {
  TargetList list;
  std::map<std::string, int> uses;
  for (const auto& target : targets) {
    const int use = ++uses[target.name];
    auto sql_name = use == 1 ? target.name : target.name + "#" + std::to_string(use);
    if (!list.sql.empty()) list.sql += ", ";
    const auto collation = distinct ? collate_clause(target.value.type) : std::string();
    list.sql += (collation.empty() ? target.value.sql : enclosed(target.value.sql) + collation) + " AS " +
                quote_identifier(sql_name);
    list.columns.push_back({.name = target.name,
                            .type = target.value.type,
                            .sql_name = std::move(sql_name),
                            .untyped = target.untyped,
                            .origin = target.origin,
                            .origin_table = target.origin_table});
  }
  return list;
}

}  // namespace holdfast::schema::detail
