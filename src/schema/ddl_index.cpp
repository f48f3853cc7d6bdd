#include "schema/ddl_index.hpp"

#include <algorithm>
#include <array>

#include "schema/ddl_names.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/references.hpp"
#include "schema/detail/type_names.hpp"
#include "text/tsvector.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// As PostgreSQL names an index column: the column, the outermost function, else `expr`.
std::string element_label(const PgQuery__IndexElem& element) {
  if (element.expr == nullptr) return element.name;
  if (element.expr->node_case == PG_QUERY__NODE__NODE_FUNC_CALL) {
    const auto& call = *element.expr->func_call;
    return qualified(nodes(call.funcname, call.n_funcname)).name;
  }
  if (element.expr->node_case == PG_QUERY__NODE__NODE_COALESCE_EXPR) return "coalesce";
  return "expr";
}

std::vector<std::string> element_labels(const PgQuery__IndexStmt& statement) {
  std::vector<std::string> labels;
  const auto add = [&](const Node* node) {
    const auto label = element_label(*node->index_elem);
    auto unique = label;
    for (int number = 1; std::ranges::find(labels, unique) != labels.end(); ++number) {
      unique = label + std::to_string(number);
    }
    labels.push_back(unique);
  };
  for (const auto* node : nodes(statement.index_params, statement.n_index_params)) add(node);
  for (const auto* node : nodes(statement.index_including_params, statement.n_index_including_params))
    add(node);
  return labels;
}

Result<const Column*> indexed_column(const Translation& translation, const Table& table,
                                     const PgQuery__IndexElem& element) {
  const auto* column = table.find_column(element.name);
  if (column != nullptr) return column;
  return translation.fail("42703", "column \"" + std::string(element.name) + "\" does not exist");
}

/// The operator classes that a b-tree of ours answers as PostgreSQL's would.
bool is_plain_operator_class(std::string_view name) {
  return name.ends_with("_pattern_ops") || (name.ends_with("_ops") && !name.starts_with("gin_") &&
                                            !name.starts_with("gist_") && !name.starts_with("jsonb_"));
}

Result<Index::Element> read_element(const Translation& translation, const Table& table,
                                    const PgQuery__IndexElem& element) {
  Index::Element read;
  if (element.expr == nullptr) {
    HF_TRY(const auto* column, indexed_column(translation, table, element));
    read.column = column->name;
  } else {
    HF_TRY(read.expression, translation.expression(table, element.expr));
  }
  const auto classes = strings_of(nodes(element.opclass, element.n_opclass));
  if (!classes.empty() && !is_plain_operator_class(classes.back())) {
    return translation.refuse(element.expr != nullptr ? first_location(element.expr) : -1,
                              "operator class " + classes.back(), "Leave the operator class away.");
  }
  read.descending = element.ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
  if (element.nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST) read.nulls_first = true;
  if (element.nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST) read.nulls_first = false;
  return read;
}

/// `to_tsvector('english', document)`, or null.
const PgQuery__FuncCall* to_tsvector_call(const PgQuery__IndexElem& element) {
  if (element.expr == nullptr || element.expr->node_case != PG_QUERY__NODE__NODE_FUNC_CALL) return nullptr;
  const auto& call = *element.expr->func_call;
  return qualified(nodes(call.funcname, call.n_funcname)).name == "to_tsvector" ? &call : nullptr;
}

/// `'english'`, with or without a cast to regconfig.
std::string configuration_of(const Node* argument) {
  if (argument->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) argument = argument->type_cast->arg;
  if (argument->node_case != PG_QUERY__NODE__NODE_A_CONST) return {};
  if (argument->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL) return {};
  const std::string name = argument->a_const->sval->sval;
  constexpr std::string_view kPrefix = "pg_catalog.";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

Result<TextIndex> document_index(const Translation& translation, const Table& table,
                                 const PgQuery__FuncCall& call) {
  TextIndex index{
      .name = {}, .kind = TextIndexKind::document, .configuration = {}, .document = {}, .columns = {}};
  if (call.n_args != 2) {
    // One argument reads default_text_search_config: PostgreSQL refuses such an index as well.
    return translation.fail("42P17", "functions in index expression must be marked IMMUTABLE", call.location);
  }
  index.configuration = configuration_of(call.args[0]);
  if (!text::has_configuration(index.configuration)) {
    return translation.refuse(call.location, "text search configuration '" + index.configuration + "'",
                              "Use 'simple' or a language of Snowball, such as 'english'.");
  }
  HF_TRY(index.document, translation.expression(table, call.args[1]));
  for (const auto& column : table.columns) {
    if (references_in(call.args[1]).columns.contains(column.name)) index.columns.push_back(column.name);
  }
  return index;
}

TextIndex column_index(const Column& column, TextIndexKind kind) {
  std::string quoted = "\"" + column.name + "\"";
  return {.name = {},
          .kind = kind,
          .configuration = {},
          .document = {.postgres = quoted, .sqlite = quoted},
          .columns = {column.name}};
}

/// The inverted index that a gin or gist element asks for; none where it is over jsonb.
Result<std::optional<TextIndex>> read_text_index(const Translation& translation, const Table& table,
                                                 const PgQuery__IndexElem& element) {
  if (const auto* call = to_tsvector_call(element)) {
    HF_TRY(auto index, document_index(translation, table, *call));
    return std::optional(std::move(index));
  }
  const std::string advice =
      "Index to_tsvector('english', ...), a tsvector column, an array column or a jsonb column.";
  if (element.expr != nullptr) {
    return translation.refuse(first_location(element.expr), "gin or gist over this expression", advice);
  }
  HF_TRY(const auto* column, indexed_column(translation, table, element));
  if (column->type.array) return std::optional(column_index(*column, TextIndexKind::array));
  if (column->type.is(Kind::tsvector)) return std::optional(column_index(*column, TextIndexKind::tsvector));
  if (column->type.is(Kind::jsonb)) return std::optional<TextIndex>{};
  return translation.refuse(-1, "gin or gist over a column of type " + types::format_type(column->type),
                            advice);
}

Result<void> add_inverted(Translation& translation, Table& after, const PgQuery__IndexStmt& statement,
                          const QualifiedName& name) {
  if (statement.n_index_params != 1 || statement.where_clause != nullptr || statement.unique != 0) {
    return translation.refuse(statement.relation->location,
                              "a gin index of several elements or with a condition",
                              "Make one index for each element, without WHERE.");
  }
  const auto& element = *statement.index_params[0]->index_elem;
  HF_TRY(auto inverted, read_text_index(translation, after, element));
  if (inverted) {
    inverted->name = name.name;
    after.text_indexes.push_back(std::move(*inverted));
    return {};
  }
  after.indexes.push_back({.name = name,
                           .unique = false,
                           .elements = {{.column = element.name}},
                           .predicate = {},
                           .method = statement.access_method});
  return {};
}

/// gist over a plain scalar column is a b-tree in all but name; over text search it is gin.
bool is_inverted(const PgQuery__IndexStmt& statement, const Table& table) {
  const std::string_view method = statement.access_method;
  if (method == "gin") return true;
  if (method != "gist") return false;
  const auto& element = *statement.index_params[0]->index_elem;
  const auto* column = table.find_column(element.name);
  return to_tsvector_call(element) != nullptr || (column != nullptr && column->type.is(Kind::tsvector));
}

Result<void> add_btree(Translation& translation, Table& after, const PgQuery__IndexStmt& statement,
                       const QualifiedName& name) {
  Index index{.name = name, .unique = statement.unique != 0, .elements = {}};
  for (const auto* node : nodes(statement.index_params, statement.n_index_params)) {
    HF_TRY(auto element, read_element(translation, after, *node->index_elem));
    index.elements.push_back(std::move(element));
  }
  if (statement.where_clause != nullptr) {
    HF_TRY(index.predicate, translation.condition(after, statement.where_clause, "WHERE"));
  }
  after.indexes.push_back(std::move(index));
  return {};
}

Result<void> check_form(const Translation& translation, const PgQuery__IndexStmt& statement) {
  constexpr std::array<std::string_view, 5> kMethods{"btree", "hash", "gin", "gist", "brin"};
  if (std::ranges::find(kMethods, statement.access_method) == kMethods.end()) {
    return translation.refuse(statement.relation->location,
                              "index method " + std::string(statement.access_method), "Use btree or gin.");
  }
  if (statement.nulls_not_distinct != 0) {
    return translation.refuse(statement.relation->location, "NULLS NOT DISTINCT",
                              "Use a unique index over coalesce(column, some value).");
  }
  return {};
}

}  // namespace

Result<void> create_index(Translation& translation, const PgQuery__IndexStmt& statement) {
  HF_CHECK(check_form(translation, statement));
  HF_TRY(const auto* table, translation.table(*statement.relation));
  const Table before = *table;
  QualifiedName name{.schema = before.name.schema, .name = statement.idxname};
  if (name.name.empty()) {
    name.name = free_relation_name(translation.catalogue(), before, element_labels(statement), "idx");
  } else if (relation_exists(translation.catalogue(), before, name)) {
    if (statement.if_not_exists != 0) return {};
    return translation.fail("42P07", "relation \"" + name.to_string() + "\" already exists",
                            statement.relation->location);
  }
  Table after = before;
  HF_CHECK(is_inverted(statement, before) ? add_inverted(translation, after, statement, name)
                                          : add_btree(translation, after, statement, name));
  settle(translation, before, std::move(after));
  return {};
}

}  // namespace holdfast::schema::detail
