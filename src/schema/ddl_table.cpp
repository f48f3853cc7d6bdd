#include "schema/ddl_table.hpp"

#include <algorithm>

#include "base/principal.hpp"
#include "schema/ddl_constraint.hpp"
#include "schema/ddl_names.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// Bits of TableLikeClause.options; PostgreSQL's TableLikeOption.
enum LikeOption : std::uint32_t {
  kLikeComments = 1U << 0U,
  kLikeConstraints = 1U << 2U,
  kLikeDefaults = 1U << 3U,
  kLikeGenerated = 1U << 4U,
  kLikeIdentity = 1U << 5U,
  kLikeIndexes = 1U << 6U,
};

Column copied_column(const Column& from, std::uint32_t options) {
  Column column{.name = from.name, .type = from.type, .not_null = from.not_null};
  const bool generated = from.generated == Generated::stored;
  const bool identity = !generated && from.generated != Generated::no;
  if (generated && (options & kLikeGenerated) != 0) column.generated = Generated::stored;
  if ((options & (generated ? kLikeGenerated : kLikeDefaults)) != 0 && !identity) {
    column.default_value = from.default_value;
  }
  // A serial's default counts on in the sequence that it has.
  if ((options & kLikeComments) != 0) column.comment = from.comment;
  return column;
}

void copy_keys(const Catalogue& catalogue, const Table& from, Table& table) {
  if (from.primary_key) {
    table.primary_key =
        Key{.name = free_relation_name(catalogue, table, {}, "pkey"), .columns = from.primary_key->columns};
  }
  for (const auto& key : from.uniques) {
    table.uniques.push_back(
        {.name = free_relation_name(catalogue, table, key.columns, "key"), .columns = key.columns});
  }
  for (auto index : from.indexes) {
    std::vector<std::string> columns;
    for (const auto& element : index.elements)
      columns.push_back(element.column.empty() ? "expr" : element.column);
    index.name = {.schema = table.name.schema, .name = free_relation_name(catalogue, table, columns, "idx")};
    table.indexes.push_back(std::move(index));
  }
}

Result<void> copy_like(Translation& translation, Table& table, const PgQuery__TableLikeClause& like) {
  HF_TRY(const auto* from, translation.table(*like.relation));
  for (const auto& column : from->columns) {
    if (table.find_column(column.name) != nullptr) {
      return translation.fail("42701", "column \"" + column.name + "\" specified more than once",
                              like.relation->location);
    }
    if (!column.sequence.empty() && (like.options & (kLikeDefaults | kLikeIdentity)) != 0) {
      return translation.refuse(like.relation->location,
                                "LIKE with the defaults of a serial or identity column",
                                "Write the column out, with a sequence of its own.");
    }
    table.columns.push_back(copied_column(column, like.options));
  }
  if ((like.options & kLikeConstraints) != 0) {
    table.checks.insert(table.checks.end(), from->checks.begin(), from->checks.end());
  }
  if ((like.options & kLikeIndexes) != 0) copy_keys(translation.catalogue(), *from, table);
  return {};
}

Result<void> read_element(Translation& translation, Table& table, const Node* element,
                          std::vector<PendingConstraint>& pending) {
  switch (element->node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_DEF:
      return add_column(translation, table, *element->column_def, pending);
    case PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE:
      return copy_like(translation, table, *element->table_like_clause);
    default:
      pending.push_back(table_constraint(*element->constraint));
      return {};
  }
}

Result<void> check_form(const Translation& translation, const PgQuery__CreateStmt& statement) {
  const int location = statement.relation->location;
  const std::string_view persistence = statement.relation->relpersistence;
  if (persistence == "t") {
    return translation.refuse(location, "CREATE TEMPORARY TABLE", "Use a WITH query, or a plain table.");
  }
  if (persistence == "u") {
    return translation.refuse(location, "CREATE UNLOGGED TABLE",
                              "Leave UNLOGGED away: every commit is durable.");
  }
  if (statement.of_typename != nullptr) {
    return translation.refuse(location, "CREATE TABLE OF a type", "Write the columns out.");
  }
  if (statement.n_inh_relations > 0 && statement.partbound == nullptr) {
    return translation.refuse(location, "INHERITS",
                              "Use LIKE to copy columns, or one table with a kind column.");
  }
  return {};
}

Result<void> create_partition(Translation& translation, const PgQuery__CreateStmt& statement) {
  HF_TRY(const auto* parent, translation.table(*statement.inh_relations[0]->range_var));
  translation.catalogue().partitions.emplace(qualified(*statement.relation), parent->name);
  return {};
}

std::string insert_select(const Table& table, const std::string& query) {
  std::string columns;
  for (const auto& column : table.columns) {
    columns.append(columns.empty() ? "" : ", ").append(quote_identifier(column.name));
  }
  return "INSERT INTO " + quote_identifier(table.name.engine_name()) + " (" + columns + ") " + query;
}

Result<Table> table_of_query(const Translation& translation, const PgQuery__CreateTableAsStmt& statement,
                             const CompiledQuery& query) {
  Table table;
  table.name = qualified(*statement.into->rel);
  const auto names = strings_of(nodes(statement.into->col_names, statement.into->n_col_names));
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    Column column{.name = i < names.size() ? names[i] : query.outputs[i].name, .type = query.outputs[i].type};
    if (column.type.is(types::Kind::unknown)) column.type.kind = types::Kind::text;
    if (table.find_column(column.name) != nullptr) {
      return translation.fail("42701", "column \"" + column.name + "\" specified more than once");
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace

void apply_default_grants(const Catalogue& catalogue, Table& table) {
  for (const auto& schema : {table.name.schema, std::string()}) {
    const auto found = catalogue.default_grants.find(schema);
    if (found == catalogue.default_grants.end()) continue;
    for (const auto& grant : found->second) {
      if (grant.privilege != Privilege::execute && grant.privilege != Privilege::usage)
        table.grants.insert(grant);
    }
  }
}

Result<void> check_new_relation(Translation& translation, const QualifiedName& name, int location) {
  if (!translation.catalogue().schemas.contains(name.schema)) {
    return translation.fail("3F000", "schema \"" + name.schema + "\" does not exist", location);
  }
  if (name.name.starts_with("hf_") || name.name.starts_with("sqlite_") || name.schema.starts_with("hf_")) {
    return translation.refuse(location, "a name that begins with hf_ or sqlite_", "Choose another name.");
  }
  if (!relation_exists(translation.catalogue(), Table{}, name)) return {};
  return translation.fail("42P07", "relation \"" + name.to_string() + "\" already exists", location);
}

Result<void> create_table(Translation& translation, const PgQuery__CreateStmt& statement) {
  Table table;
  table.name = qualified(*statement.relation);
  HF_CHECK(check_form(translation, statement));
  const auto free = check_new_relation(translation, table.name, statement.relation->location);
  if (!free.ok() && free.error().code == "42P07" && statement.if_not_exists != 0) return {};
  HF_CHECK(free);
  if (statement.partbound != nullptr) return create_partition(translation, statement);
  const auto known_sequences = sequence_names(translation.catalogue());
  std::vector<PendingConstraint> pending;
  for (const auto* element : nodes(statement.table_elts, statement.n_table_elts)) {
    HF_CHECK(read_element(translation, table, element, pending));
  }
  for (const auto* node : nodes(statement.constraints, statement.n_constraints)) {
    pending.push_back(table_constraint(*node->constraint));
  }
  HF_CHECK(apply_constraints(translation, table, pending));
  apply_default_grants(translation.catalogue(), table);
  const auto name = table.name;
  settle_new(translation, std::move(table));
  emit_new_sequences(translation, *translation.catalogue().find_table(name), known_sequences);
  return {};
}

Result<void> create_table_as(Translation& translation, const PgQuery__CreateTableAsStmt& statement) {
  const int location = statement.into->rel->location;
  if (statement.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
    return translation.refuse(location, "CREATE MATERIALIZED VIEW",
                              "Use a view, or a table that a migration or a job fills.");
  }
  const auto name = qualified(*statement.into->rel);
  const auto free = check_new_relation(translation, name, location);
  if (!free.ok() && free.error().code == "42P07" && statement.if_not_exists != 0) return {};
  HF_CHECK(free);
  HF_TRY(const auto text, translation.locate(deparse_statement(statement.query), location));
  HF_TRY(const auto query,
         translation.locate(compile_query(translation.catalogue(), base::kSystemRole, text), location));
  HF_TRY(auto table, table_of_query(translation, statement, query));
  apply_default_grants(translation.catalogue(), table);
  const auto insert = insert_select(table, query.sql);
  settle_new(translation, std::move(table));
  if (statement.into->skip_data == 0) translation.emit(insert);
  return {};
}

}  // namespace holdfast::schema::detail
