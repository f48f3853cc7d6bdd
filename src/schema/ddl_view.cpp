#include "schema/ddl_view.hpp"

#include <algorithm>
#include <map>

#include "base/principal.hpp"
#include "schema/builtin_functions.hpp"
#include "schema/calls.hpp"
#include "schema/ddl_table.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// The base table's column behind an output: a view's own column leads on to its table's.
std::optional<Column::Origin> base_origin(const Catalogue& catalogue, const CompiledQuery::Output& output) {
  if (!output.origin) return std::nullopt;
  const auto* relation = catalogue.find_table(output.origin->table);
  if (relation == nullptr || !relation->is_view()) return output.origin;
  const auto* column = relation->find_column(output.origin->column);
  return column == nullptr ? std::nullopt : column->origin;
}

bool computes_over_rows(const Node* target) {
  bool found = false;
  walk(target, [&](std::string_view type, ProtobufCMessage& message) {
    if (type == "SubLink") return false;
    if (type == "FuncCall") {
      const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(message);
      found = found || call.over != nullptr ||
              find_builtin_function(written_name(call)).kind != FunctionClass::scalar;
    }
    return !found;
  });
  return found;
}

/// https://www.postgresql.org/docs/15/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
std::optional<QualifiedName> updatable_base(const Node* query) {
  if (query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return std::nullopt;
  const auto& select = *query->select_stmt;
  const bool simple = select.op <= PG_QUERY__SET_OPERATION__SETOP_NONE && select.with_clause == nullptr &&
                      select.n_distinct_clause == 0 && select.n_group_clause == 0 &&
                      select.having_clause == nullptr && select.limit_count == nullptr &&
                      select.limit_offset == nullptr && select.n_from_clause == 1 &&
                      select.from_clause[0]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR;
  if (!simple) return std::nullopt;
  for (const auto* target : nodes(select.target_list, select.n_target_list)) {
    if (computes_over_rows(target)) return std::nullopt;
  }
  return qualified(*select.from_clause[0]->range_var);
}

bool has_star(const Node* query) {
  bool found = false;
  walk(query, [&](std::string_view type, ProtobufCMessage&) {
    found = found || type == "A_Star";
    return type != "FuncCall";  // count(*) is another thing
  });
  return found;
}

/// PostgreSQL expands `*` when the view is made, and names columns by the view's own list.
std::string pinned_query(std::string query, const CompiledQuery& compiled,
                         const std::vector<std::string>& names, bool star) {
  if (!star && names.empty()) return query;
  std::string columns;
  for (std::size_t i = 0; i < compiled.outputs.size(); ++i) {
    const auto& inner = compiled.outputs[i].name;
    columns += (columns.empty() ? "" : ", ") + quote_identifier(inner);
    if (i < names.size() && names[i] != inner) columns += " AS " + quote_identifier(names[i]);
  }
  return "SELECT " + columns + " FROM (" + query + ") AS view_body";
}

Result<void> read_options(const Translation& translation, const PgQuery__ViewStmt& statement, Table& view) {
  for (const auto* node : nodes(statement.options, statement.n_options)) {
    const auto& option = *node->def_elem;
    const std::string_view name = option.defname;
    if (name == "security_invoker") {
      view.security_invoker = option.arg == nullptr || string_of(option.arg) != "false";
    } else if (name != "security_barrier") {
      return translation.refuse(option.location, "the view option " + std::string(name), "Leave it away.");
    }
  }
  if (statement.with_check_option > PG_QUERY__VIEW_CHECK_OPTION__NO_CHECK_OPTION) {
    return translation.refuse(statement.view->location, "WITH CHECK OPTION", "Put a check on the table.");
  }
  return {};
}

void set_columns(const Catalogue& catalogue, Table& view, const CompiledQuery& compiled,
                 const std::vector<std::string>& names) {
  view.columns.clear();
  for (std::size_t i = 0; i < compiled.outputs.size(); ++i) {
    const auto& output = compiled.outputs[i];
    Column column{.name = i < names.size() ? names[i] : output.name, .type = output.type};
    if (column.type.is(types::Kind::unknown)) column.type.kind = types::Kind::text;
    column.origin = base_origin(catalogue, output);
    view.columns.push_back(std::move(column));
  }
}

/// CREATE OR REPLACE VIEW may add columns at the end, nothing else; grants and comment stay.
Result<void> replace(const Translation& translation, const Table& old, Table& view) {
  for (std::size_t i = 0; i < old.columns.size(); ++i) {
    if (i >= view.columns.size()) return translation.fail("42P16", "cannot drop columns from view");
    if (old.columns[i].name != view.columns[i].name || !old.columns[i].type.same_as(view.columns[i].type)) {
      return translation.fail("42P16",
                              "cannot change name or type of view column \"" + old.columns[i].name + "\"");
    }
  }
  view.grants = old.grants;
  view.comment = old.comment;
  return {};
}

}  // namespace

Result<void> create_view(Translation& translation, const PgQuery__ViewStmt& statement) {
  const int location = statement.view->location;
  Table view;
  view.name = qualified(*statement.view);
  view.kind = RelationKind::view;
  const auto* old = translation.catalogue().find_table(view.name);
  const bool replaces = statement.replace != 0 && old != nullptr && old->is_view();
  if (!replaces) HF_CHECK(check_new_relation(translation, view.name, location));
  if (std::string_view(statement.view->relpersistence) == "t") {
    return translation.refuse(location, "CREATE TEMPORARY VIEW", "Use a plain view, or a WITH query.");
  }
  HF_CHECK(read_options(translation, statement, view));
  const int query_location = first_location(statement.query);
  HF_TRY(auto query, translation.locate(deparse_statement(statement.query), query_location));
  HF_TRY(
      const auto compiled,
      translation.locate(compile_query(translation.catalogue(), base::kSystemRole, query), query_location));
  const auto names = strings_of(nodes(statement.aliases, statement.n_aliases));
  set_columns(translation.catalogue(), view, compiled, names);
  view.view_base = updatable_base(statement.query);
  view.view_query = pinned_query(std::move(query), compiled, names, has_star(statement.query));
  if (replaces) {
    HF_CHECK(replace(translation, *old, view));
  } else {
    apply_default_grants(translation.catalogue(), view);
  }
  translation.catalogue().tables.insert_or_assign(view.name, std::move(view));
  return {};
}

Result<void> refresh_view(Translation& translation, Table& view) {
  HF_TRY(const auto compiled,
         translation.locate(compile_query(translation.catalogue(), base::kSystemRole, view.view_query), -1));
  for (std::size_t i = 0; i < view.columns.size() && i < compiled.outputs.size(); ++i) {
    view.columns[i].type = compiled.outputs[i].type;
  }
  return {};
}

}  // namespace holdfast::schema::detail
