#include "schema/ddl_alter.hpp"

#include <algorithm>
#include <set>

#include "schema/ddl_constraint.hpp"
#include "schema/ddl_dependents.hpp"
#include "schema/ddl_drop.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

bool is_cascade(const PgQuery__AlterTableCmd& command) {
  return command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
}

Result<void> add_columns(Translation& translation, Alteration& work, const PgQuery__AlterTableCmd& command) {
  const auto& definition = *command.def->column_def;
  if (command.missing_ok != 0 && work.after.find_column(definition.colname) != nullptr) return {};
  std::vector<PendingConstraint> pending;
  HF_CHECK(add_column(translation, work.after, definition, pending));
  return apply_constraints(translation, work.after, pending);
}

Result<void> drop_key(Translation& translation, Alteration& work, const std::vector<std::string>& columns,
                      const PgQuery__AlterTableCmd& command) {
  return drop_foreign_keys_to(translation, work.before.name, columns, is_cascade(command));
}

Result<void> drop_constraint(Translation& translation, Alteration& work,
                             const PgQuery__AlterTableCmd& command) {
  const std::string_view name = command.name;
  auto& table = work.after;
  const auto named = [&](const auto& item) { return item.name == name; };
  if (table.primary_key && table.primary_key->name == name) {
    HF_CHECK(drop_key(translation, work, table.primary_key->columns, command));
    table.primary_key.reset();
    count_by_rowid(translation, table);
    return {};
  }
  if (const auto key = std::ranges::find_if(table.uniques, named); key != table.uniques.end()) {
    HF_CHECK(drop_key(translation, work, key->columns, command));
    table.uniques.erase(key);
    return {};
  }
  if (std::erase_if(table.checks, named) + std::erase_if(table.foreign_keys, named) > 0) return {};
  if (command.missing_ok != 0) return {};
  return translation.fail("42704", "constraint \"" + std::string(name) + "\" of relation \"" +
                                       table.name.name + "\" does not exist");
}

Result<void> alter_constraint(Translation& translation, Alteration& work,
                              const PgQuery__AlterTableCmd& command) {
  const auto& given = *command.def->constraint;
  const auto key = std::ranges::find(work.after.foreign_keys, given.conname, &ForeignKey::name);
  if (key == work.after.foreign_keys.end()) {
    return translation.fail("42704", "constraint \"" + std::string(given.conname) + "\" does not exist");
  }
  key->deferrable = given.deferrable != 0;
  key->initially_deferred = given.initdeferred != 0;
  return {};
}

/// ALTER VIEW ... SET (security_invoker = ...).
Result<void> set_options(Translation& translation, Alteration& work, const PgQuery__AlterTableCmd& command) {
  if (!work.after.is_view()) return {};  // fill factors and the like
  for (const auto* node : nodes(command.def->list->items, command.def->list->n_items)) {
    const auto& option = *node->def_elem;
    if (std::string_view(option.defname) != "security_invoker") continue;
    work.after.security_invoker = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions &&
                                  (option.arg == nullptr || string_of(option.arg) != "false");
  }
  (void)translation;
  return {};
}

Result<void> set_row_security(Table& table, PgQuery__AlterTableType kind) {
  switch (kind) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
      table.row_security = true;
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
      table.row_security = false;
      break;
    default:
      table.force_row_security = kind == PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity;
      break;
  }
  return {};
}

Error refuse_command(const Translation& translation, PgQuery__AlterTableType kind) {
  switch (kind) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit:
      return translation.refuse(-1, "INHERIT", "Use one table with a kind column.");
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
      return translation.refuse(-1, "attaching or detaching a partition",
                                "A partitioned table is one table here: leave the statement away.");
    default:
      return translation.refuse(-1, "this form of ALTER TABLE",
                                "Leave it away, or write it as another change.");
  }
}

/// Statistics, storage, owners, table spaces: nothing that shows in what the table answers.
bool is_without_effect(PgQuery__AlterTableType kind) {
  switch (kind) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      return true;
    default:
      return false;
  }
}

Result<void> apply(Translation& translation, Alteration& work, const PgQuery__AlterTableCmd& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      return add_columns(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      return drop_column(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      return alter_column_type(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity:
      return alter_column(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      return apply_constraints(translation, work.after, {table_constraint(*command.def->constraint)});
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      return drop_constraint(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint:
      return alter_constraint(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
      return set_options(translation, work, command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity:
      return set_row_security(work.after, command.subtype);
    default:
      if (is_without_effect(command.subtype)) return {};
      return refuse_command(translation, command.subtype);
  }
}

}  // namespace

Result<void> alter_table(Translation& translation, const PgQuery__AlterTableStmt& statement) {
  if (statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX ||
      statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE) {
    return {};  // owners, table spaces, statistics
  }
  const auto name = qualified(*statement.relation);
  if (statement.missing_ok != 0 && translation.catalogue().find_table(name) == nullptr) return {};
  HF_TRY(const auto* table, translation.relation(*statement.relation));
  Alteration work{.before = *table, .after = *table, .sources = {}};
  const auto known_sequences = sequence_names(translation.catalogue());
  for (const auto* node : nodes(statement.cmds, statement.n_cmds)) {
    HF_CHECK(apply(translation, work, *node->alter_table_cmd));
  }
  emit_new_sequences(translation, work.after, known_sequences);
  settle(translation, work.before, std::move(work.after), work.sources);
  return {};
}

}  // namespace holdfast::schema::detail
