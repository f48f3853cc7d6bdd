#include "schema/ddl_access.hpp"
#include "schema/ddl_alter.hpp"
#include "schema/ddl_drop.hpp"
#include "schema/ddl_enum.hpp"
#include "schema/ddl_function.hpp"
#include "schema/ddl_index.hpp"
#include "schema/ddl_other.hpp"
#include "schema/ddl_rename.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/ddl_table.hpp"
#include "schema/ddl_translation.hpp"
#include "schema/ddl_view.hpp"
#include "schema/migrations_run.hpp"

namespace holdfast::schema {
namespace {

using detail::Node;
using detail::Translation;

Error refuse_statement(const Translation& translation, const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_DO_STMT:
      return translation.refuse(-1, "a DO block", "Write its statements out.");
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
      return translation.refuse(-1, "CREATE DOMAIN", "Use the base type with a check on each column.");
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
      return translation.refuse(-1, "a composite type", "Use columns of their own, or jsonb.");
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
      return translation.refuse(-1, "a range type", "Use two columns with a check that orders them.");
    case PG_QUERY__NODE__NODE_RULE_STMT:
      return translation.refuse(-1, "CREATE RULE", "Use a view, a policy or a LANGUAGE sql function.");
    case PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT:
      return translation.refuse(-1, "CREATE EVENT TRIGGER", "Leave it away.");
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return translation.refuse(-1, "COPY", "Use INSERT.");
    case PG_QUERY__NODE__NODE_CREATE_FDW_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT:
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      return translation.refuse(-1, "a foreign table", "Import the rows into a table.");
    case PG_QUERY__NODE__NODE_MERGE_STMT:
      return translation.refuse(-1, "MERGE", "Use INSERT ... ON CONFLICT.");
    case PG_QUERY__NODE__NODE_CALL_STMT:
      return translation.refuse(-1, "CALL", "Use a LANGUAGE sql function in a SELECT.");
    default:
      return translation.refuse(-1, "this statement", "Leave it away, or write it as another change.");
  }
}

/// Owners, publications, statistics: nothing that shows in what the embedded engine answers.
bool is_without_effect(const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
    case PG_QUERY__NODE__NODE_ALTER_STATS_STMT:
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
    case PG_QUERY__NODE__NODE_REPLICA_IDENTITY_STMT:
    case PG_QUERY__NODE__NODE_LOCK_STMT:
      return true;
    default:
      return false;
  }
}

/// Statements about who may do what, and about names.
Result<void> translate_access(Translation& translation, const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
      return detail::create_policy(translation, *node.create_policy_stmt);
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
      return detail::alter_policy(translation, *node.alter_policy_stmt);
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      return detail::grant(translation, *node.grant_stmt);
    case PG_QUERY__NODE__NODE_GRANT_ROLE_STMT:
      return detail::grant_role(translation, *node.grant_role_stmt);
    case PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT:
      return detail::alter_default_privileges(translation, *node.alter_default_privileges_stmt);
    case PG_QUERY__NODE__NODE_CREATE_ROLE_STMT:
      return detail::create_role(translation, *node.create_role_stmt);
    case PG_QUERY__NODE__NODE_ALTER_ROLE_STMT:
      return detail::alter_role(translation, *node.alter_role_stmt);
    case PG_QUERY__NODE__NODE_DROP_ROLE_STMT:
      return detail::drop_role(translation, *node.drop_role_stmt);
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
      return detail::create_extension(translation, *node.create_extension_stmt);
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return detail::comment(translation, *node.comment_stmt);
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
      return detail::transaction_control(translation, *node.transaction_stmt);
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
      return detail::set_variable(translation, *node.variable_set_stmt);
    default:
      if (is_without_effect(node)) return {};
      return refuse_statement(translation, node);
  }
}

/// Statements that change relations, and the rows in them.
Result<void> translate_change(Translation& translation, const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return detail::alter_table(translation, *node.alter_table_stmt);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return detail::rename(translation, *node.rename_stmt);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return detail::set_schema(translation, *node.alter_object_schema_stmt);
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
      return detail::alter_enum(translation, *node.alter_enum_stmt);
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
      return detail::alter_sequence(translation, *node.alter_seq_stmt);
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
      return detail::alter_function(translation, *node.alter_function_stmt);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return detail::drop(translation, *node.drop_stmt);
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      return detail::truncate(translation, *node.truncate_stmt);
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
      return detail::run_query(translation);
    default:
      return translate_access(translation, node);
  }
}

Result<void> translate_statement(Translation& translation, const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return detail::create_table(translation, *node.create_stmt);
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return detail::create_table_as(translation, *node.create_table_as_stmt);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return detail::create_index(translation, *node.index_stmt);
    case PG_QUERY__NODE__NODE_VIEW_STMT:
      return detail::create_view(translation, *node.view_stmt);
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
      return detail::create_function(translation, *node.create_function_stmt);
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
      return detail::create_trigger(translation, *node.create_trig_stmt);
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      return detail::create_enum(translation, *node.create_enum_stmt);
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
      return detail::create_sequence(translation, *node.create_seq_stmt);
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      return detail::create_schema(translation, *node.create_schema_stmt);
    default:
      return translate_change(translation, node);
  }
}

/// Statements that leave the catalogue as it is; a seed may be long.
bool changes_rows_only(const Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      return true;
    default:
      return false;
  }
}

Result<TranslatedScript> translate(Catalogue& catalogue, std::string_view file, std::string_view postgres_sql,
                                   bool (*skips)(const Node&)) {
  HF_TRY(const auto script, ParsedScript::parse(file, postgres_sql));
  Catalogue next = catalogue;  // the caller's stays as it was when a statement is refused
  Translation translation(next, script);
  for (const auto& statement : script.statements()) {
    if (statement.node == nullptr || skips(*statement.node)) continue;
    translation.begin_statement(statement);
    HF_CHECK(translate_statement(translation, *statement.node));
  }
  catalogue = std::move(next);
  return translation.take();
}

}  // namespace

Result<TranslatedScript> translate_script(Catalogue& catalogue, std::string_view file,
                                          std::string_view postgres_sql) {
  return translate(catalogue, file, postgres_sql, [](const Node&) { return false; });
}

namespace detail {

Result<void> fold_script(Catalogue& catalogue, std::string_view file, std::string_view postgres_sql) {
  const auto translated = translate(catalogue, file, postgres_sql, changes_rows_only);
  if (!translated.ok()) return translated.error();
  return {};
}

}  // namespace detail

}  // namespace holdfast::schema
