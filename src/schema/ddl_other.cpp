#include "schema/ddl_other.hpp"

#include <algorithm>
#include <array>

#include "schema/ddl_access.hpp"
#include "schema/ddl_function.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

/// Extensions whose functions are among the registered ones, or that change no answer.
constexpr std::array<std::string_view, 5> kBuiltIn{"pgcrypto", "uuid-ossp", "pg_trgm", "plpgsql",
                                                   "btree_gin"};

struct Advice {
  std::string_view name;
  std::string_view hint;
};
constexpr std::array kAdvice{
    Advice{"citext", "Use text with a unique index on lower(column)."},
    Advice{"hstore", "Use jsonb."},
    Advice{"postgis", "Keep coordinates as double precision columns."},
    Advice{"vector", "Keep embeddings as real[]."},
    Advice{"timescaledb",
           "Write a plain table; engine: telemetry in blueprint.yaml makes it a telemetry table."},
};

void set_comment(std::string& field, const char* text) { field = text; }

Result<void> comment_on_column(Translation& translation, const PgQuery__CommentStmt& statement) {
  auto parts = strings_of(nodes(statement.object->list->items, statement.object->list->n_items));
  const auto column_name = parts.back();
  parts.pop_back();
  const QualifiedName name{.schema = parts.size() > 1 ? parts[parts.size() - 2] : "public",
                           .name = parts.back()};
  auto* table = translation.catalogue().find_table(name);
  if (table == nullptr) {
    return translation.fail("42P01", "relation \"" + name.to_string() + "\" does not exist");
  }
  auto* column = table->find_column(column_name);
  if (column == nullptr) {
    return translation.fail(
        "42703", "column \"" + column_name + "\" of relation \"" + name.to_string() + "\" does not exist");
  }
  set_comment(column->comment, statement.comment);
  return {};
}

Result<void> comment_on_relation(Translation& translation, const PgQuery__CommentStmt& statement) {
  const auto name = qualified(nodes(statement.object->list->items, statement.object->list->n_items));
  auto* table = translation.catalogue().find_table(name);
  if (table == nullptr) {
    if (translation.catalogue().partitions.contains(name)) return {};
    return translation.fail("42P01", "relation \"" + name.to_string() + "\" does not exist");
  }
  set_comment(table->comment, statement.comment);
  return {};
}

Result<void> comment_on_function(Translation& translation, const PgQuery__CommentStmt& statement) {
  const auto& named = *statement.object->object_with_args;
  if (translation.catalogue().touch_functions.contains(qualified(nodes(named.objname, named.n_objname))))
    return {};
  HF_TRY(const auto found, find_function(translation, named));
  set_comment(found->second.comment, statement.comment);
  return {};
}

}  // namespace

Result<void> create_schema(Translation& translation, const PgQuery__CreateSchemaStmt& statement) {
  std::string name = statement.schemaname;
  if (name.empty() && statement.authrole != nullptr) name = statement.authrole->rolename;
  if (statement.n_schema_elts > 0) {
    return translation.refuse(-1, "CREATE SCHEMA with elements",
                              "Write the elements as statements of their own.");
  }
  if (name.starts_with("pg_") || name.starts_with("hf_") || name == "fts") {
    return translation.fail("42939", "unacceptable schema name \"" + name + "\"");
  }
  if (translation.catalogue().schemas.insert(name).second || statement.if_not_exists != 0) return {};
  return translation.fail("42P06", "schema \"" + name + "\" already exists");
}

Result<void> create_extension(Translation& translation, const PgQuery__CreateExtensionStmt& statement) {
  const std::string name = statement.extname;
  if (std::ranges::find(kBuiltIn, name) == kBuiltIn.end()) {
    const auto* known = std::ranges::find(kAdvice, name, &Advice::name);
    return translation.refuse(
        -1, "the extension " + name,
        known == kAdvice.end() ? "Leave it away, with what needs it." : std::string(known->hint));
  }
  if (translation.catalogue().extensions.insert(name).second || statement.if_not_exists != 0) return {};
  return translation.fail("42710", "extension \"" + name + "\" already exists");
}

Result<void> comment(Translation& translation, const PgQuery__CommentStmt& statement) {
  switch (statement.objtype) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
      return comment_on_relation(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      return comment_on_column(translation, statement);
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
      return comment_on_function(translation, statement);
    default:
      return {};  // comments on other objects show nowhere
  }
}

Result<void> transaction_control(Translation& translation, const PgQuery__TransactionStmt& statement) {
  switch (statement.kind) {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
      if (&translation.statement() == &translation.script().statements().front() ||
          &translation.statement() == &translation.script().statements().back()) {
        return {};
      }
      return translation.refuse(-1, "a transaction within a file",
                                "Each file is one transaction: split it into several files.");
    default:
      return translation.refuse(-1, "ROLLBACK, SAVEPOINT and two-phase commit in a migration",
                                "Each file is one transaction; leave the statement away.");
  }
}

Result<void> set_variable(Translation& translation, const PgQuery__VariableSetStmt& statement) {
  constexpr std::array<std::string_view, 9> kHarmless{"statement_timeout",
                                                      "lock_timeout",
                                                      "client_min_messages",
                                                      "client_encoding",
                                                      "check_function_bodies",
                                                      "row_security",
                                                      "standard_conforming_strings",
                                                      "xmloption",
                                                      "idle_in_transaction_session_timeout"};
  const std::string_view name = statement.name;
  if (std::ranges::find(kHarmless, name) != kHarmless.end()) return {};
  const bool public_path = name == "search_path" && statement.n_args == 1 &&
                           statement.args[0]->node_case == PG_QUERY__NODE__NODE_A_CONST &&
                           statement.args[0]->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL &&
                           std::string_view(statement.args[0]->a_const->sval->sval) == "public";
  if (public_path) return {};
  return translation.refuse(
      -1, "SET " + std::string(name),
      name == "search_path" ? "Write schema.name where it is not public." : "Leave the statement away.");
}

}  // namespace holdfast::schema::detail
