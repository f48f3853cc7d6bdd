#include "schema/ddl_view.hpp"

#include <algorithm>
#include <map>

#include "base/principal.hpp"
#include "schema/ddl_table.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// The relations of a FROM by the name that columns are qualified with. Null stands for a source whose
/// columns we do not follow (sub-selects, functions).
using Sources = std::vector<std::pair<std::string, const Table*>>;

void collect_sources(const Catalogue& catalogue, const Node* from, Sources& sources) {
  if (from->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
    collect_sources(catalogue, from->join_expr->larg, sources);
    collect_sources(catalogue, from->join_expr->rarg, sources);
  } else if (from->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) {
    const auto& relation = *from->range_var;
    const auto* table = catalogue.find_table(qualified(relation));
    sources.emplace_back(relation.alias != nullptr ? relation.alias->aliasname : relation.relname, table);
  } else {
    sources.emplace_back("", nullptr);
  }
}

std::optional<Column::Origin> origin_in(const Table& table, const std::string& name) {
  const auto* column = table.find_column(name);
  if (column == nullptr) return std::nullopt;
  if (table.is_view()) return column->origin;
  return Column::Origin{.table = table.name, .column = name};
}

std::optional<Column::Origin> origin_of(const Sources& sources, const PgQuery__ColumnRef& reference) {
  const auto parts = strings_of(nodes(reference.fields, reference.n_fields));
  std::optional<Column::Origin> found;
  for (const auto& [alias, table] : sources) {
    if (parts.size() > 1 && alias != parts[parts.size() - 2]) continue;
    if (table == nullptr) {
      if (parts.size() > 1) return std::nullopt;
      continue;
    }
    if (!found) found = origin_in(*table, parts.back());
  }
  return found;
}

bool is_star(const PgQuery__ColumnRef& reference) {
  return reference.n_fields > 0 &&
         reference.fields[reference.n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

void add_star_origins(const Sources& sources, const PgQuery__ColumnRef& reference,
                      std::vector<std::optional<Column::Origin>>& origins) {
  const auto qualifier = reference.n_fields > 1
                             ? std::string(string_of(reference.fields[reference.n_fields - 2]))
                             : std::string();
  for (const auto& [alias, table] : sources) {
    if ((!qualifier.empty() && alias != qualifier) || table == nullptr) continue;
    for (const auto& column : table->columns) origins.push_back(origin_in(*table, column.name));
  }
}

/// One origin for each output, or none at all where the query's shape hides them.
std::vector<std::optional<Column::Origin>> origins_of(const Catalogue& catalogue, const Node* query) {
  std::vector<std::optional<Column::Origin>> origins;
  if (query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return origins;
  const auto& select = *query->select_stmt;
  const bool plain = select.op <= PG_QUERY__SET_OPERATION__SETOP_NONE && select.with_clause == nullptr &&
                     select.n_group_clause == 0;
  if (!plain) return origins;
  Sources sources;
  for (const auto* from : nodes(select.from_clause, select.n_from_clause))
    collect_sources(catalogue, from, sources);
  for (const auto* target : nodes(select.target_list, select.n_target_list)) {
    const auto* value = target->res_target->val;
    if (value->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) {
      origins.emplace_back();
    } else if (is_star(*value->column_ref)) {
      add_star_origins(sources, *value->column_ref, origins);
    } else {
      origins.push_back(origin_of(sources, *value->column_ref));
    }
  }
  return origins;
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

void set_columns(Table& view, const CompiledQuery& compiled, const std::vector<std::string>& names,
                 const std::vector<std::optional<Column::Origin>>& origins) {
  view.columns.clear();
  for (std::size_t i = 0; i < compiled.outputs.size(); ++i) {
    const auto& output = compiled.outputs[i];
    Column column{.name = i < names.size() ? names[i] : output.name, .type = output.type};
    if (column.type.is(types::Kind::unknown)) column.type.kind = types::Kind::text;
    if (origins.size() == compiled.outputs.size()) column.origin = origins[i];
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
  set_columns(view, compiled, names, origins_of(translation.catalogue(), statement.query));
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
