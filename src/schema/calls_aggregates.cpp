#include <algorithm>

#include "schema/builtin_functions.hpp"
#include "schema/calls.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/operators.hpp"
#include "schema/query_select_parts.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// Columns read inside an aggregate need not be grouped.
class AggregateArguments {
 public:
  explicit AggregateArguments(const Context& context)
      : grouping_(context.scope == nullptr ? nullptr : context.scope->grouping),
        mark_(grouping_ == nullptr ? 0 : grouping_->loose.size()) {}
  ~AggregateArguments() {
    if (grouping_ != nullptr) grouping_->loose.resize(mark_);
  }
  AggregateArguments(const AggregateArguments&) = delete;
  AggregateArguments& operator=(const AggregateArguments&) = delete;

 private:
  Grouping* grouping_;
  std::size_t mark_;
};

Result<void> check_place(const Context& context, const PgQuery__FuncCall& call) {
  if (context.aggregates == AggregateUse::inside) {
    return failure(context, call.location, "42803", "aggregate function calls cannot be nested");
  }
  if (context.aggregates == AggregateUse::forbidden) {
    return failure(context, call.location, "42803",
                   "aggregate functions are not allowed in " + std::string(context.clause));
  }
  return {};
}

/// `f(x)` -> `f(DISTINCT x)`, which SQLite takes for one argument.
Result<std::string> with_distinct(const Context& context, const PgQuery__FuncCall& call, std::string sql) {
  if (call.agg_distinct == 0) return sql;
  if (call.n_args != 1) {
    return untranslatable(context, call.location, "DISTINCT in an aggregate of several arguments",
                          "Remove the duplicates in a sub-select.");
  }
  return sql.insert(sql.find('(') + 1, "DISTINCT ");
}

Result<std::string> filter_clause(const Context& context, const PgQuery__FuncCall& call) {
  if (call.agg_filter == nullptr) return std::string();
  HF_TRY(const auto condition, translate_condition(context, call.agg_filter, "FILTER"));
  return " FILTER (WHERE " + condition.sql + ")";
}

/// The call without FILTER and OVER.
Result<Operand> aggregate_call(const Context& context, const PgQuery__FuncCall& call, std::string_view name) {
  if (call.agg_star != 0) return computed("count(*)", type_of(Kind::int8));
  HF_TRY(auto arguments, translate_all(context, nodes(call.args, call.n_args)));
  for (auto& argument : arguments) {
    if (name == "count" || name == "array_agg" || name.starts_with("json")) {
      HF_TRY(argument, settle(std::move(argument)));
    }
  }
  const auto choice = choose(find_builtin_function(name).overloads, arguments);
  if (choice.builtin == nullptr) {
    return failure(context, call.location, choice.ambiguous ? "42725" : "42883",
                   "function " + std::string(name) + " does not exist for these arguments",
                   "Add explicit type casts.");
  }
  HF_TRY(auto value, located(context, call.location, apply(*choice.builtin, std::move(arguments))));
  HF_TRY(value.sql, with_distinct(context, call, std::move(value.sql)));
  return value;
}

/// An aggregate over sorted input collects its rows with their sort keys, and runs over them when all are
/// there: pg_sorted(function, separator, type, keys' types and directions, value, key, ...).
Result<Operand> sorted_aggregate(const Context& context, const PgQuery__FuncCall& call, std::string_view name,
                                 Operand plain) {
  const bool order_matters =
      name == "array_agg" || name == "string_agg" || name == "json_agg" || name == "jsonb_agg";
  if (!order_matters) return plain;
  if (call.agg_distinct != 0) {
    return untranslatable(context, call.location, "DISTINCT with ORDER BY in an aggregate",
                          "Remove the duplicates in a sub-select.");
  }
  std::string keys;
  std::string spec;
  for (const auto* node : nodes(call.agg_order, call.n_agg_order)) {
    HF_TRY(auto key, translate(context, node->sort_by->node));
    HF_TRY(key, settle(std::move(key)));
    const auto& sort = *node->sort_by;
    const bool descending = sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
    const bool by_default = sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT;
    const bool nulls_first =
        by_default ? descending : sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST;
    spec += (spec.empty() ? "" : "|") + std::string(descending ? "-" : "+") + (nulls_first ? "<" : ">") +
            types::format_type(key.type);
    keys += ", " + key.sql;
  }
  const auto open = plain.sql.find('(');
  const auto inner = plain.sql.substr(open + 1, plain.sql.size() - open - 2);
  plain.sql = "pg_sorted_" + plain.sql.substr(std::string_view("pg_").size(), open - 3) + "('" + spec +
              "', " + inner + keys + ")";
  return plain;
}

std::string_view frame_mode(int options) {
  constexpr int kRange = 0x00002;
  constexpr int kRows = 0x00004;
  if ((options & kRange) != 0) return "RANGE";
  return (options & kRows) != 0 ? "ROWS" : "GROUPS";
}

Result<std::string> frame_bound(const Context& context, const Node* offset, std::string_view word) {
  if (offset == nullptr) return std::string(word);
  HF_TRY(const auto value, translate_as(context, offset, type_of(Kind::int8)));
  return value.sql + " " + std::string(word);
}

/// frame_options is PostgreSQL's bit set (nodes/parsenodes.h); a SQLite frame has the same parts.
Result<std::string> frame(const Context& context, const PgQuery__WindowDef& window) {
  constexpr int kNonDefault = 0x00001;
  constexpr int kExcludeCurrentRow = 0x08000;
  constexpr int kExcludeGroup = 0x10000;
  constexpr int kExcludeTies = 0x20000;
  const int options = window.frame_options;
  if ((options & kNonDefault) == 0) return std::string();
  const auto start_word = (options & 0x00020) != 0   ? "UNBOUNDED PRECEDING"
                          : (options & 0x00200) != 0 ? "CURRENT ROW"
                          : (options & 0x00800) != 0 ? "PRECEDING"
                                                     : "FOLLOWING";
  const auto end_word = (options & 0x00100) != 0   ? "UNBOUNDED FOLLOWING"
                        : (options & 0x00400) != 0 ? "CURRENT ROW"
                        : (options & 0x01000) != 0 ? "PRECEDING"
                                                   : "FOLLOWING";
  HF_TRY(const auto start, frame_bound(context, window.start_offset, start_word));
  HF_TRY(const auto end, frame_bound(context, window.end_offset, end_word));
  std::string sql = std::string(frame_mode(options)) + " BETWEEN " + start + " AND " + end;
  if ((options & kExcludeCurrentRow) != 0) sql += " EXCLUDE CURRENT ROW";
  if ((options & kExcludeGroup) != 0) sql += " EXCLUDE GROUP";
  if ((options & kExcludeTies) != 0) sql += " EXCLUDE TIES";
  return sql;
}

/// `OVER name` and `OVER (name ORDER BY ...)`: what the named window says.
Result<std::string> named_window(const Context& context, const PgQuery__WindowDef& window) {
  const char* name = window.refname != nullptr && *window.refname != '\0' ? window.refname : window.name;
  if (name == nullptr || *name == '\0') return std::string();
  if (context.windows != nullptr) {
    const auto at = context.windows->find(std::string_view(name));
    if (at != context.windows->end()) return at->second;
  }
  return failure(context, window.location, "42704", "window \"" + std::string(name) + "\" does not exist");
}

}  // namespace

Result<Operand> translate_aggregate(const Context& context, const PgQuery__FuncCall& call,
                                    std::string_view name) {
  HF_CHECK(check_place(context, call));
  const AggregateArguments arguments(context);
  Context inside = context;
  inside.aggregates = AggregateUse::inside;
  inside.lateral_sources = nullptr;
  HF_TRY(auto value, aggregate_call(inside, call, name));
  if (call.n_agg_order > 0) {
    HF_TRY(value, sorted_aggregate(inside, call, name, std::move(value)));
  }
  HF_TRY(const auto filter, filter_clause(inside, call));
  value.sql += filter;
  if (context.met_aggregate != nullptr) *context.met_aggregate = true;
  return value;
}

Result<std::string> translate_window(const Context& context, const PgQuery__WindowDef& window) {
  std::vector<std::string> parts;
  HF_TRY(auto base, window.n_partition_clause == 0 && window.refname != nullptr && *window.refname != '\0'
                        ? named_window(context, window)
                        : Result<std::string>(std::string()));
  if (!base.empty()) parts.push_back(std::move(base));
  std::vector<std::string> keys;
  for (const auto* node : nodes(window.partition_clause, window.n_partition_clause)) {
    HF_TRY(const auto key, translate(context, node));
    keys.push_back(enclosed(key.sql) + collate_clause(key.type));
  }
  if (!keys.empty()) parts.push_back("PARTITION BY " + joined(keys, ", "));
  HF_TRY(const auto order, translate_order(context, nodes(window.order_clause, window.n_order_clause), {}));
  if (!order.empty()) parts.push_back("ORDER BY " + joined(order, ", "));
  HF_TRY(auto bounds, frame(context, window));
  if (!bounds.empty()) parts.push_back(std::move(bounds));
  return joined(parts, " ");
}

Result<Operand> translate_window_call(const Context& context, const PgQuery__FuncCall& call,
                                      std::string_view name) {
  if (context.aggregates == AggregateUse::forbidden) {
    return failure(context, call.location, "42P20",
                   "window functions are not allowed in " + std::string(context.clause));
  }
  const auto kind = find_builtin_function(name).kind;
  if (kind != FunctionClass::aggregate && kind != FunctionClass::window) {
    return failure(
        context, call.location, "42809",
        "OVER specified, but " + std::string(name) + " is not a window function nor an aggregate function");
  }
  HF_TRY(auto value, aggregate_call(context, call, name));
  HF_TRY(const auto filter, filter_clause(context, call));
  const auto& over = *call.over;
  const bool by_name = over.name != nullptr && *over.name != '\0';
  HF_TRY(const auto window, by_name ? named_window(context, over) : translate_window(context, over));
  value.sql += filter + " OVER (" + window + ")";
  return value;
}

}  // namespace holdfast::schema::detail
