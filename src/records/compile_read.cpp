#include "records/compile_read.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "records/sqlite_json.hpp"
#include "schema/access.hpp"

namespace holdfast::records {
namespace {

using schema::TypedSql;
using types::Kind;

// One value of a row that is being made.
struct Item {
  OutputColumn column;
  std::string sql;
  bool aggregated = false;
};

struct FromWhere {
  std::string from;
  std::vector<std::string> where;
};

class ReadCompiler {
 public:
  ReadCompiler(const CompileContext& context) : context_(context) {}  // NOLINT: internal

  Result<std::vector<Item>> items(const ReadNode& node);
  Result<std::string> select(const ReadNode& node, const std::vector<Item>& items, const std::string& limit);
  Result<std::string> count(const ReadNode& root, std::optional<std::size_t> limit);
  Result<std::string> condition(const ReadNode& node, const Condition& condition);

 private:
  Result<void> add_field(const ReadNode& node, const SelectItem& item, std::vector<Item>& out);
  Result<void> add_star(const ReadNode& node, std::vector<Item>& out);
  Result<void> add_child(const ReadNode& child, std::vector<Item>& out);
  Result<TypedSql> count_of(const ReadNode& node);
  Result<std::string> embed(const ReadNode& child);
  Result<std::string> array_of(const ReadNode& child, const Item& item);

  Result<FromWhere> source(const ReadNode& node);
  Result<void> relate(const ReadNode& node, FromWhere& out);
  Result<void> add_conditions(const ReadNode& node, FromWhere& out);
  Result<void> join_spreads(const ReadNode& node, FromWhere& out);
  Result<FromWhere> from_where(const ReadNode& node);
  Result<std::string> exists(const ReadNode& child);
  Result<std::string> order(const ReadNode& node);
  Result<TypedSql> order_value(const ReadNode& node, const OrderTerm& term);
  Result<TypedSql> related_value(const ReadNode& child, const Field& field);

  static std::string limit_of(const ReadNode& node);
  static std::string group(const std::vector<Item>& items);

  const CompileContext& context_;
};

std::string ReadCompiler::limit_of(const ReadNode& node) {
  if (node.range.is_all()) return "";
  return " LIMIT " + std::to_string(std::max<std::int64_t>(node.range.limit.value_or(-1), -1)) + " OFFSET " +
         std::to_string(std::max<std::int64_t>(node.range.offset, 0));
}

// By position, so that an expression is grouped as it is selected.
std::string ReadCompiler::group(const std::vector<Item>& items) {
  if (std::ranges::none_of(items, &Item::aggregated)) return "";
  std::vector<std::string> positions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].aggregated) positions.push_back(std::to_string(i + 1));
  }
  return positions.empty() ? "" : " GROUP BY " + join(positions, ", ");
}

Result<void> ReadCompiler::add_star(const ReadNode& node, std::vector<Item>& out) {
  if (node.trusted) {
    for (const auto& column : node.table->columns) {
      if (column.hidden && context_.role != base::kSystemRole) continue;
      out.push_back({output_column(column.name, column.type, false),
                     node.alias + "." + schema::quote_identifier(column.name)});
    }
    return {};
  }
  const auto columns = schema::readable_columns(context_.catalogue, context_.role, *node.table);
  const bool has_none =
      node.table->columns.empty() &&
      schema::has_privilege(context_.catalogue, context_.role, *node.table, schema::Privilege::select);
  if (columns.empty() && !has_none) return permission_denied(*node.table);
  for (const auto* column : columns) {
    out.push_back({output_column(column->name, column->type, false),
                   node.alias + "." + schema::quote_identifier(column->name)});
  }
  return {};
}

// count() of a relation: of a spread's rows only those that are there.
Result<TypedSql> ReadCompiler::count_of(const ReadNode& node) {
  if (node.spread && node.relationship != nullptr) {
    const std::string& column = node.relationship->columns.front().second;
    return TypedSql{"count(" + node.alias + "." + schema::quote_identifier(column) + ")",
                    {.kind = Kind::int8}};
  }
  return TypedSql{"count(*)", {.kind = Kind::int8}};
}

Result<void> ReadCompiler::add_field(const ReadNode& node, const SelectItem& item, std::vector<Item>& out) {
  const bool star = item.field.name == "*";
  if (star && item.aggregate == Aggregate::none) return add_star(node, out);
  // PostgreSQL reads `count` of a relation without such a column as a call of the function.
  const bool bare_count = item.field.name == "count" && item.field.path.empty() &&
                          item.aggregate == Aggregate::none && node.table->find_column("count") == nullptr;
  const bool counts_rows = bare_count || star;
  TypedSql value;
  if (counts_rows) {
    HF_TRY(value, count_of(node));
  } else {
    HF_TRY(value, compile_field(context_, node, item.field));
    if (!item.cast.empty()) {
      HF_TRY(value, compile_cast(context_, value, item.cast));
    }
    HF_TRY(value, compile_aggregate(item.aggregate, value));
  }
  if (!item.aggregate_cast.empty()) {
    HF_TRY(value, compile_cast(context_, value, item.aggregate_cast));
  }
  out.push_back({output_column(output_name(item), value.type, false), std::move(value.sql),
                 bare_count || item.aggregate != Aggregate::none});
  return {};
}

Result<void> ReadCompiler::add_child(const ReadNode& child, std::vector<Item>& out) {
  if (child.is_silent()) return {};
  if (!child.spread) {
    HF_TRY(auto sql, embed(child));
    out.push_back({output_column(child.name, {}, true), std::move(sql)});
    return {};
  }
  HF_TRY(auto spread, items(child));
  for (auto& item : spread) {
    if (!child.to_one()) {
      HF_TRY(item.sql, array_of(child, item));
      item.column.is_json = true;
    }
    out.push_back(std::move(item));
  }
  return {};
}

Result<std::vector<Item>> ReadCompiler::items(const ReadNode& node) {
  std::vector<Item> out;
  for (const auto& field : node.fields) HF_CHECK(add_field(node, field, out));
  for (const auto& child : node.children) HF_CHECK(add_child(child, out));
  return out;
}

// The column of one spread value over many rows: a JSON array.
Result<std::string> ReadCompiler::array_of(const ReadNode& child, const Item& item) {
  const std::string value = item.column.is_json
                                ? item.sql
                                : "rest_value(" + descriptor_literal({item.column}) + ", " + item.sql + ")";
  HF_TRY(auto pieces, from_where(child));
  HF_TRY(auto ordered, order(child));
  return "(SELECT rest_array(v) FROM (SELECT " + value + " AS v FROM " + pieces.from + " WHERE " +
         join(pieces.where, " AND ", "1") + ordered + limit_of(child) + "))";
}

Result<std::string> ReadCompiler::embed(const ReadNode& child) {
  HF_TRY(auto values, items(child));
  HF_TRY(auto inner, select(child, values, limit_of(child)));
  std::vector<OutputColumn> columns;
  std::string names;
  for (std::size_t i = 0; i < values.size(); ++i) {
    columns.push_back(values[i].column);
    names += ", c" + std::to_string(i);
  }
  const std::string object = "rest_object(" + descriptor_literal(columns) + names + ")";
  if (child.to_one()) return "(SELECT " + object + " FROM (" + inner + ") LIMIT 1)";
  return "(SELECT rest_array(o) FROM (SELECT " + object + " AS o FROM (" + inner + ")))";
}

Result<FromWhere> ReadCompiler::source(const ReadNode& node) {
  FromWhere out;
  if (!node.source_sql.empty()) {
    out.from = "(" + node.source_sql + ") AS " + node.alias;
    return out;
  }
  HF_TRY(auto relation, schema::relation_source(context_.catalogue, context_.role, *node.table));
  out.from = relation + " AS " + node.alias;
  if (!node.extra_condition.empty()) out.where.push_back(node.extra_condition);
  if (node.trusted) return out;
  HF_TRY(auto visible, schema::row_filter(context_.catalogue, context_.role, *node.table,
                                          schema::Command::select, node.alias));
  if (visible != "1") out.where.push_back("(" + visible + ")");
  return out;
}

std::string equals(const std::string& left_alias, const std::string& left, const std::string& right_alias,
                   const std::string& right) {
  return left_alias + "." + schema::quote_identifier(left) + " = " + right_alias + "." +
         schema::quote_identifier(right);
}

// The condition that ties a node to its parent's row; a junction joins in.
Result<void> ReadCompiler::relate(const ReadNode& node, FromWhere& out) {
  const Relationship& r = *node.relationship;
  const std::string& parent = node.parent_alias;
  const auto may_read = [&](const schema::Table& table, const std::string& column) -> Result<void> {
    const bool allowed = schema::has_column_privilege(context_.catalogue, context_.role, table, column,
                                                      schema::Privilege::select);
    if (allowed) return {};
    return permission_denied(table);
  };
  if (r.junction == nullptr) {
    for (const auto& [own, other] : r.columns) {
      HF_CHECK(may_read(*r.target, other));
      out.where.push_back(equals(node.alias, other, parent, own));
    }
    return {};
  }
  ReadNode junction;
  junction.table = r.junction;
  junction.alias = node.alias + "j";
  HF_TRY(auto between, source(junction));
  out.from = between.from + " JOIN " + out.from;
  std::ranges::move(between.where, std::back_inserter(out.where));
  for (const auto& [own, other] : r.columns) {
    HF_CHECK(may_read(*r.junction, other));
    out.where.push_back(equals(junction.alias, other, parent, own));
  }
  for (const auto& [own, other] : r.target_columns) {
    HF_CHECK(may_read(*r.junction, other));
    HF_CHECK(may_read(*r.target, own));
    out.where.push_back(equals(node.alias, own, junction.alias, other));
  }
  return {};
}

Result<std::string> ReadCompiler::condition(const ReadNode& node, const Condition& condition) {
  if (condition.kind == Condition::Kind::filter) {
    const Filter& filter = condition.filter;
    const auto child = std::ranges::find(node.children, filter.field.name, &ReadNode::name);
    const bool asks_embed = child != node.children.end() && filter.field.path.empty() &&
                            filter.op == Operator::is && filter.is == IsValue::null;
    if (!asks_embed) return compile_filter(context_, node, filter);
    HF_TRY(auto found, exists(*child));
    return (filter.negated ? "" : "NOT ") + found;
  }
  std::vector<std::string> operands;
  for (const auto& operand : condition.operands) {
    HF_TRY(auto sql, this->condition(node, operand));
    operands.push_back("(" + sql + ")");
  }
  const bool all = condition.kind == Condition::Kind::all_of;
  return std::string(condition.negated ? "NOT " : "") + "(" + join(operands, all ? " AND " : " OR ") + ")";
}

Result<void> ReadCompiler::add_conditions(const ReadNode& node, FromWhere& out) {
  for (const auto& one : node.conditions) {
    HF_TRY(auto sql, condition(node, one));
    out.where.push_back("(" + sql + ")");
  }
  for (const auto& child : node.children) {
    if (child.join != JoinType::inner) continue;
    HF_TRY(auto found, exists(child));
    out.where.push_back(std::move(found));
  }
  return {};
}

// To-one spreads become joins, so that their columns stand beside the parent's.
Result<void> ReadCompiler::join_spreads(const ReadNode& node, FromWhere& out) {
  for (const auto& child : node.children) {
    if (!child.spread || !child.to_one()) continue;
    HF_TRY(auto joined, source(child));
    HF_CHECK(relate(child, joined));
    HF_CHECK(add_conditions(child, joined));
    if (child.range.limit == 0 || child.range.offset > 0) joined.where.emplace_back("0");
    out.from += " LEFT JOIN " + joined.from + " ON " + join(joined.where, " AND ", "1");
    HF_CHECK(join_spreads(child, out));
  }
  return {};
}

Result<FromWhere> ReadCompiler::from_where(const ReadNode& node) {
  HF_TRY(auto out, source(node));
  if (node.relationship != nullptr) HF_CHECK(relate(node, out));
  HF_CHECK(add_conditions(node, out));
  HF_CHECK(join_spreads(node, out));
  return out;
}

Result<std::string> ReadCompiler::exists(const ReadNode& child) {
  HF_TRY(auto pieces, from_where(child));
  return "EXISTS (SELECT 1 FROM " + pieces.from + " WHERE " + join(pieces.where, " AND ", "1") +
         limit_of(child) + ")";
}

// `clients(name)`: what the embed calls `name`, else its column.
Result<TypedSql> ReadCompiler::related_value(const ReadNode& child, const Field& field) {
  for (const auto& item : child.fields) {
    if (item.alias.empty() || item.alias != field.name || item.aggregate != Aggregate::none) continue;
    Field aliased = item.field;
    aliased.path.insert(aliased.path.end(), field.path.begin(), field.path.end());
    return compile_field(context_, child, aliased);
  }
  return compile_field(context_, child, field);
}

Result<TypedSql> ReadCompiler::order_value(const ReadNode& node, const OrderTerm& term) {
  if (term.relation.empty()) return compile_field(context_, node, term.field);
  const auto child = std::ranges::find(node.children, term.relation, &ReadNode::name);
  HF_TRY(auto value, related_value(*child, term.field));
  if (child->spread) return value;
  HF_TRY(auto pieces, from_where(*child));
  value.sql = "(SELECT " + value.sql + " FROM " + pieces.from + " WHERE " + join(pieces.where, " AND ", "1") +
              " LIMIT 1)";
  return value;
}

Result<std::string> ReadCompiler::order(const ReadNode& node) {
  std::vector<std::string> terms;
  for (const auto& term : node.order) {
    HF_TRY(auto value, order_value(node, term));
    const auto* column =
        term.relation.empty() && term.field.path.empty() ? node.table->find_column(term.field.name) : nullptr;
    const bool never_null = column != nullptr && column->not_null && !node.table->is_view();
    std::string sql = value.sql + collation(value.type) + (term.descending ? " DESC" : "");
    // PostgreSQL holds nulls for larger than everything; a column without nulls keeps its index usable.
    if (!never_null) sql += term.nulls_first.value_or(term.descending) ? " NULLS FIRST" : " NULLS LAST";
    terms.push_back(std::move(sql));
  }
  return terms.empty() ? "" : " ORDER BY " + join(terms, ", ");
}

Result<std::string> ReadCompiler::select(const ReadNode& node, const std::vector<Item>& items,
                                         const std::string& limit) {
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < items.size(); ++i) {
    sql += (i > 0 ? ", " : "") + items[i].sql + " AS c" + std::to_string(i);
  }
  if (items.empty()) sql += "1";
  HF_TRY(auto pieces, from_where(node));
  HF_TRY(auto ordered, order(node));
  return sql + " FROM " + pieces.from + " WHERE " + join(pieces.where, " AND ", "1") + group(items) +
         ordered + limit;
}

Result<std::string> ReadCompiler::count(const ReadNode& root, std::optional<std::size_t> limit) {
  HF_TRY(auto pieces, from_where(root));
  const std::string rows = pieces.from + " WHERE " + join(pieces.where, " AND ", "1");
  if (!limit.has_value()) return "SELECT count(*) FROM " + rows;
  return "SELECT count(*) FROM (SELECT 1 FROM " + rows + " LIMIT " + std::to_string(*limit) + ")";
}

}  // namespace

OutputColumn output_column(std::string name, types::Type type, bool is_json) {
  OutputColumn column{.name = std::move(name), .type = std::move(type), .is_json = is_json};
  base::append_json_string(column.key, column.name);
  column.key += ':';
  return column;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator, std::string_view empty) {
  if (parts.empty()) return std::string(empty);
  std::string out = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) out.append(separator).append(parts[i]);
  return out;
}

Result<std::string> compile_conditions(const CompileContext& context, const ReadNode& node) {
  ReadCompiler compiler(context);
  std::vector<std::string> parts;
  for (const auto& one : node.conditions) {
    HF_TRY(auto sql, compiler.condition(node, one));
    parts.push_back("(" + sql + ")");
  }
  return join(parts, " AND ", "1");
}

namespace {

// An estimate knows nothing of the rows that policies or a view leave out, and must tell nothing of them.
Result<bool> may_estimate(const schema::Catalogue& catalogue, std::string_view role, const ReadNode& root) {
  if (root.table->is_view() || !root.source_sql.empty()) return false;
  HF_TRY(const auto visible,
         schema::row_filter(catalogue, role, *root.table, schema::Command::select, root.alias));
  return visible == "1";
}

}  // namespace

Result<CompiledRead> compile_read(const schema::Catalogue& catalogue, std::string_view role,
                                  const ReadNode& root, const ReadShape& shape) {
  CompiledRead read;
  read.rows.parameters = shape.leading;
  read.count.parameters = shape.leading;
  bool* const uses_text_index = shape.text_indexes ? &read.uses_text_index : nullptr;
  const CompileContext context{catalogue, role, read.rows, uses_text_index};
  ReadCompiler compiler(context);
  HF_TRY(auto items, compiler.items(root));
  std::string limit;
  // Limit and offset are numbered last: SQLite binds by name, so the order in the text does not matter.
  if (shape.limited) {
    const std::string rows = read.rows.add({.source = Parameter::Source::limit});
    limit = " LIMIT " + rows + " OFFSET " + read.rows.add({.source = Parameter::Source::offset});
  }
  HF_TRY(read.rows.sql, compiler.select(root, items, limit));
  for (auto& item : items) read.columns.push_back(std::move(item.column));
  HF_TRY(const bool estimates, shape.estimated ? may_estimate(catalogue, role, root) : Result<bool>(false));
  if (estimates) read.estimate = plan_estimate(catalogue, root);
  if (shape.counted || (shape.estimated && !estimates)) {
    const CompileContext counting{catalogue, role, read.count, uses_text_index};
    HF_TRY(read.count.sql, ReadCompiler(counting).count(root, shape.count_limit));
  }
  return read;
}

}  // namespace holdfast::records
