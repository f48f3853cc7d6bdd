#include <algorithm>
#include <optional>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/access_policies.hpp"
#include "schema/expression.hpp"
#include "schema/expression_casts.hpp"
#include "schema/query.hpp"
#include "schema/query_modify_target.hpp"
#include "schema/query_select_parts.hpp"
#include "schema/query_upsert.hpp"

namespace holdfast::schema::detail {
namespace {

/// An INSERT under way.
class InsertTranslator {
 public:
  InsertTranslator(const Context& outer, const PgQuery__InsertStmt& insert)
      : context_(outer), insert_(insert) {
    scope_.outer = outer.scope;
    context_.scope = &scope_;
    context_.clause = "INSERT";
  }

  Result<Rows> run();

 private:
  Result<void> choose_columns();
  Result<std::string> rows_sql();
  Result<std::string> values_sql(const PgQuery__SelectStmt& values);
  Result<std::string> select_sql(const PgQuery__SelectStmt& select);
  Result<std::string> one_value(const Column& column, const Node* node);
  Result<std::string> check();
  [[nodiscard]] std::string column_list(const std::vector<const Column*>& columns) const;
  [[nodiscard]] std::string checked(const std::string& rows, const std::string& condition);

  Context context_;
  const PgQuery__InsertStmt& insert_;
  Scope scope_;
  ChangeTarget target_;
  std::vector<const Column*> columns_;
};

bool is_generated(const Column& column) { return column.generated == Generated::stored; }

/// The columns named, or as many of the table's first as there are values.
Result<void> InsertTranslator::choose_columns() {
  for (const auto* node : nodes(insert_.cols, insert_.n_cols)) {
    const auto& item = *node->res_target;
    HF_TRY(const auto* column,
           writable_column(context_, *target_.table, item.name, Privilege::insert, item.location));
    if (std::ranges::find(columns_, column) != columns_.end()) {
      return failure(context_, item.location, "42701",
                     "column \"" + column->name + "\" specified more than once");
    }
    columns_.push_back(column);
  }
  if (insert_.n_cols > 0) return {};
  for (const auto& column : target_.table->columns) columns_.push_back(&column);
  return {};
}

Result<std::string> InsertTranslator::one_value(const Column& column, const Node* node) {
  if (node->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT) return default_sql(column);
  const bool refuses =
      is_generated(column) || (column.generated == Generated::identity_always &&
                               insert_.override != PG_QUERY__OVERRIDING_KIND__OVERRIDING_SYSTEM_VALUE);
  if (refuses) {
    return failure(context_, first_location(node), "428C9",
                   "cannot insert a non-DEFAULT value into column \"" + column.name + "\"",
                   "The column is generated.");
  }
  HF_TRY(auto value, translate(context_, node));
  return assigned(context_, column, std::move(value), first_location(node));
}

Error wrong_count(const Context& context, int location, bool more_values) {
  return failure(context, location, "42601",
                 more_values ? "INSERT has more expressions than target columns"
                             : "INSERT has more target columns than expressions");
}

Result<std::string> InsertTranslator::values_sql(const PgQuery__SelectStmt& values) {
  const auto count = values.values_lists[0]->list->n_items;
  if (count > columns_.size()) return wrong_count(context_, insert_.relation->location, true);
  if (count < columns_.size() && insert_.n_cols > 0)
    return wrong_count(context_, insert_.relation->location, false);
  columns_.resize(count);
  if (insert_.n_cols == 0) {
    for (const auto* column : columns_) {
      HF_TRY([[maybe_unused]] const auto* may,
             writable_column(context_, *target_.table, column->name, Privilege::insert,
                             insert_.relation->location));
    }
  }
  std::vector<std::string> tuples;
  for (const auto* row : nodes(values.values_lists, values.n_values_lists)) {
    if (row->list->n_items != count) {
      return failure(context_, first_location(row), "42601", "VALUES lists must all be the same length");
    }
    std::vector<std::string> tuple;
    for (std::size_t i = 0; i < count; ++i) {
      HF_TRY(auto sql, one_value(*columns_[i], row->list->items[i]));
      if (!is_generated(*columns_[i])) tuple.push_back(std::move(sql));
    }
    tuples.push_back("(" + joined(tuple, ", ") + ")");
  }
  std::erase_if(columns_, [](const Column* c) { return is_generated(*c); });
  return "VALUES " + joined(tuples, ", ");
}

Result<std::string> InsertTranslator::select_sql(const PgQuery__SelectStmt& select) {
  RowsWanted wanted;
  const Context outside = [&] {
    auto copy = context_;
    copy.scope = scope_.outer;
    return copy;
  }();
  HF_TRY(auto rows, translate_rows(outside, select));
  const auto count = rows.columns.size();
  if (count > columns_.size()) return wrong_count(context_, insert_.relation->location, true);
  if (count < columns_.size() && insert_.n_cols > 0)
    return wrong_count(context_, insert_.relation->location, false);
  columns_.resize(count);
  const bool retypes = std::ranges::any_of(rows.columns, [](const Rows::Column& c) { return c.untyped; });
  if (retypes) {
    for (std::size_t i = 0; i < count; ++i) {
      wanted.types.push_back(rows.columns[i].untyped ? columns_[i]->type : types::Type{});
    }
    HF_TRY(rows, translate_rows(outside, select, wanted));
  }
  HF_TRY(const auto alias, fresh_alias(context_.statement, "rows"));
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = quote_identifier(alias) + "." + quote_identifier(rows.columns[i].sql_name);
    HF_TRY(const auto value, assigned(context_, *columns_[i], computed(name, rows.columns[i].type), -1));
    list += (list.empty() ? "" : ", ") + value;
  }
  return "SELECT " + list + " FROM (" + rows.sql + ") AS " + quote_identifier(alias) + " WHERE " +
         std::string(kDeadlineCheck);
}

Result<std::string> InsertTranslator::rows_sql() {
  if (insert_.select_stmt == nullptr) {
    columns_.clear();
    return std::string("DEFAULT VALUES");
  }
  const auto& select = *insert_.select_stmt->select_stmt;
  const bool plain_values = select.n_values_lists > 0 && select.n_sort_clause == 0 &&
                            select.limit_count == nullptr && select.with_clause == nullptr;
  return plain_values ? values_sql(select) : select_sql(select);
}

/// What a new row must satisfy: INSERT's check, and SELECT's policies where the statement returns rows.
Result<std::string> InsertTranslator::check() {
  const auto alias = std::string("hf:new");
  context_.statement.aliases.insert(alias);
  HF_TRY(auto condition,
         policy_condition(context_, *target_.table, Command::insert, PolicySide::check_clause, alias));
  const bool reads = scope_.sources.front().was_read;
  if (!reads) return condition;
  HF_TRY(const auto seen,
         policy_condition(context_, *target_.table, Command::select, PolicySide::using_clause, alias));
  return both(condition, seen);
}

std::string InsertTranslator::column_list(const std::vector<const Column*>& columns) const {
  std::string list;
  for (const auto* column : columns) list += (list.empty() ? "" : ", ") + quote_identifier(column->name);
  return list;
}

/// The rows made once, every default included, and each checked before any is stored: as PostgreSQL does,
/// so that a refused row tells nothing of the keys that exist.
std::string InsertTranslator::checked(const std::string& rows, const std::string& condition) {
  std::vector<const Column*> stored;
  std::string defaults;
  std::string generated;
  for (const auto& column : target_.table->columns) {
    if (is_generated(column)) {
      generated += ", " + default_sql(column) + " AS " + quote_identifier(column.name);
      continue;
    }
    stored.push_back(&column);
    if (std::ranges::find(columns_, &column) == columns_.end()) {
      defaults += ", " + default_sql(column) + " AS " + quote_identifier(column.name);
    }
  }
  const bool no_values = columns_.empty();
  const auto given = no_values ? std::string("(SELECT 1 AS \"hf:none\")") : "\"hf:given\"";
  const auto with =
      no_values ? std::string() : "\"hf:given\"(" + column_list(columns_) + ") AS (" + rows + "), ";
  const auto list = column_list(stored);
  columns_ = stored;
  return "WITH " + with + "\"hf:rows\" AS MATERIALIZED (SELECT *" + defaults + " FROM " + given +
         ") SELECT " + list + " FROM (SELECT *" + generated + " FROM \"hf:rows\") AS \"hf:new\" WHERE " +
         policy_check(*target_.table, condition);
}

Result<Rows> InsertTranslator::run() {
  HF_TRY(const auto with, translate_with(context_, insert_.with_clause));
  HF_TRY(target_, open_target(context_, *insert_.relation));
  HF_CHECK(choose_columns());
  Scope no_row;
  no_row.outer = scope_.outer;
  context_.scope = &no_row;
  HF_TRY(auto rows, rows_sql());
  context_.scope = &scope_;
  std::string list;
  HF_TRY(auto returned,
         returning_columns(context_, nodes(insert_.returning_list, insert_.n_returning_list), list));
  HF_TRY(const auto conflict, translate_conflict(context_, target_, insert_.on_conflict_clause));
  HF_TRY(const auto condition, check());
  if (condition != "1") rows = checked(rows, condition);
  Rows result;
  result.sql = with + "INSERT INTO " + target_.sql_name;
  if (!columns_.empty()) result.sql += " (" + column_list(columns_) + ")";
  result.sql += " " + rows + conflict;
  if (!list.empty()) result.sql += " RETURNING " + list;
  result.columns = std::move(returned);
  return result;
}

}  // namespace

Result<Rows> translate_insert(const Context& context, const PgQuery__InsertStmt& insert) {
  return InsertTranslator(context, insert).run();
}

}  // namespace holdfast::schema::detail
