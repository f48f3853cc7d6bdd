#include <algorithm>

#include "schema/calls.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// `ORDER BY 2`: the position, or 0 for anything else.
int position_of(const Node* node) {
  if (node->node_case != PG_QUERY__NODE__NODE_A_CONST) return 0;
  const auto& constant = *node->a_const;
  return constant.val_case == PG_QUERY__A__CONST__VAL_IVAL ? constant.ival->ival : 0;
}

bool is_position(const Node* node) {
  return node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
         node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
}

/// A bare name, or empty.
std::string bare_name(const Node* node) {
  if (node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF || node->column_ref->n_fields != 1) return {};
  return std::string(string_of(node->column_ref->fields[0]));
}

Error bad_position(const Context& context, const PgQuery__SortBy& sort) {
  return failure(context, sort.node->a_const->location, "42P10",
                 "ORDER BY position " + std::to_string(position_of(sort.node)) + " is not in select list");
}

Result<Operand> sort_key(const Context& context, const PgQuery__SortBy& sort,
                         const std::vector<Target>& targets) {
  if (is_position(sort.node)) {
    const int position = position_of(sort.node);
    if (position < 1 || position > static_cast<int>(targets.size())) return bad_position(context, sort);
    return targets[static_cast<std::size_t>(position) - 1].value;
  }
  const auto name = bare_name(sort.node);
  const auto named = std::ranges::find(targets, name, &Target::name);
  if (!name.empty() && named != targets.end()) return named->value;
  HF_TRY(auto value, translate(context, sort.node));
  return settle(std::move(value));
}

bool descends(const PgQuery__SortBy& sort) { return sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC; }

bool nulls_come_first(const PgQuery__SortBy& sort) {
  if (sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT) return descends(sort);
  return sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST;
}

std::string direction(const PgQuery__SortBy& sort, bool not_null) {
  std::string sql = descends(sort) ? " DESC" : "";
  if (!not_null) sql += nulls_come_first(sort) ? " NULLS FIRST" : " NULLS LAST";
  return sql;
}

Result<std::string> limit_value(const Context& context, const Node* node, std::string_view clause) {
  HF_TRY(auto value, translate(context, node));
  HF_TRY(value, located(context, first_location(node),
                        coerce(std::move(value), type_of(Kind::int8), CastContext::assignment)));
  if (value.sql.starts_with('-') && value.sql.size() > 1) {
    return failure(context, first_location(node), clause == "LIMIT" ? "2201W" : "2201X",
                   std::string(clause) + " must not be negative");
  }
  return std::move(value.sql);
}

bool is_number_text(const std::string& sql) {
  return sql.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string order_item(const Operand& value, const PgQuery__SortBy& sort) {
  // A bare number would be a position to SQLite.
  const auto key = is_number_text(value.sql) ? "+" + value.sql : enclosed(value.sql);
  return key + collate_clause(value.type) + direction(sort, value.not_null);
}

Result<std::vector<std::string>> translate_order(const Context& context, std::span<Node* const> list,
                                                 const std::vector<Target>& targets) {
  std::vector<std::string> items;
  for (const auto* node : list) {
    HF_TRY(const auto key, sort_key(context, *node->sort_by, targets));
    if (!is_comparable(key.type)) {
      return failure(context, node->sort_by->location, "42883",
                     "could not identify an ordering operator for type " + types::format_type(key.type));
    }
    items.push_back(order_item(key, *node->sort_by));
  }
  return items;
}

Result<std::vector<std::string>> translate_set_order(const Context& context, std::span<Node* const> list,
                                                     const std::vector<Rows::Column>& columns) {
  std::vector<std::string> items;
  for (const auto* node : list) {
    const auto& sort = *node->sort_by;
    auto position = static_cast<std::size_t>(std::max(position_of(sort.node), 0));
    if (!is_position(sort.node)) {
      const auto name = bare_name(sort.node);
      const auto at = std::ranges::find(columns, name, &Rows::Column::name);
      if (name.empty() || at == columns.end()) {
        return failure(context, first_location(sort.node), "0A000",
                       "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
                       "Only result column names can be used, not expressions.");
      }
      position = static_cast<std::size_t>(at - columns.begin()) + 1;
    }
    if (position < 1 || position > columns.size()) return bad_position(context, sort);
    items.push_back(std::to_string(position) + collate_clause(columns[position - 1].type) +
                    direction(sort, false));
  }
  return items;
}

Result<Limit> translate_limit(const Context& context, const PgQuery__SelectStmt& select) {
  Limit limit;
  if (select.limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES) {
    return untranslatable(context, first_location(select.limit_count), "WITH TIES",
                          "Use rank() in a sub-select.");
  }
  if (select.limit_count == nullptr && select.limit_offset == nullptr) return limit;
  std::string count = "-1";
  if (select.limit_count != nullptr) {
    HF_TRY(count, limit_value(context, select.limit_count, "LIMIT"));
    limit.one = count == "1" || count == "0";
    if (!is_number_text(count)) count = "coalesce(" + count + ", -1)";
  }
  limit.sql = " LIMIT " + count;
  if (select.limit_offset != nullptr) {
    HF_TRY(const auto offset, limit_value(context, select.limit_offset, "OFFSET"));
    limit.sql += " OFFSET " + (is_number_text(offset) ? offset : "coalesce(" + offset + ", 0)");
  }
  return limit;
}

}  // namespace holdfast::schema::detail
