#include <algorithm>

#include "schema/ddl_alter.hpp"
#include "schema/ddl_constraint.hpp"
#include "schema/ddl_dependents.hpp"
#include "schema/ddl_drop.hpp"
#include "schema/ddl_emit.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/detail/references.hpp"

namespace holdfast::schema::detail {
namespace {

bool contains(const std::vector<std::string>& columns, const std::string& column) {
  return std::ranges::find(columns, column) != columns.end();
}

bool reads(const Expression& expression, const std::string& column) {
  return references_in_expression(expression.postgres).columns.contains(column);
}

bool reads(const std::optional<std::string>& expression, const std::string& column) {
  return expression && references_in_expression(*expression).columns.contains(column);
}

bool reads(const Index& index, const std::string& column) {
  if (index.predicate && reads(*index.predicate, column)) return true;
  return std::ranges::any_of(index.elements, [&](const Index::Element& element) {
    return element.column == column || (element.expression && reads(*element.expression, column));
  });
}

/// Keys, checks and indexes that hold the column go with it, as in PostgreSQL.
void drop_parts_with(Table& table, const std::string& column) {
  if (table.primary_key && contains(table.primary_key->columns, column)) table.primary_key.reset();
  std::erase_if(table.uniques, [&](const Key& key) { return contains(key.columns, column); });
  std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
    return contains(key.columns, column) ||
           (key.target == table.name && contains(key.target_columns, column));
  });
  std::erase_if(table.checks, [&](const Check& check) { return reads(check.expression, column); });
  std::erase_if(table.indexes, [&](const Index& index) { return reads(index, column); });
  std::erase_if(table.text_indexes, [&](const TextIndex& index) { return contains(index.columns, column); });
  std::erase_if(table.grants, [&](const Grant& grant) { return grant.column == column; });
  if (table.touch_column == column) table.touch_column = table.touch_trigger = "";
}

/// Views, policies and generated columns that read the column keep it, or go under CASCADE.
Result<void> release_readers(Translation& translation, Table& table, const std::string& column,
                             bool cascade) {
  const auto what = "column " + column + " of table " + table.name.to_string();
  if (const auto view = view_on_column(translation.catalogue(), table.name, column)) {
    if (!cascade) return still_needed(translation, what, "view " + view->to_string());
    HF_CHECK(drop_relations(translation, {*view}, true));
    return release_readers(translation, table, column, cascade);
  }
  const auto policy_reads = [&](const Policy& policy) {
    return reads(policy.using_expression, column) || reads(policy.check_expression, column);
  };
  const auto policy = std::ranges::find_if(table.policies, policy_reads);
  if (policy != table.policies.end() && !cascade)
    return still_needed(translation, what, "policy " + policy->name);
  std::erase_if(table.policies, policy_reads);
  const auto generated = std::ranges::find_if(table.columns, [&](const Column& other) {
    return other.generated == Generated::stored && reads(*other.default_value, column);
  });
  if (generated == table.columns.end()) return {};
  if (!cascade) return still_needed(translation, what, "generated column " + generated->name);
  return translation.refuse(-1, "DROP COLUMN ... CASCADE that drops generated columns",
                            "Drop the generated column first.");
}

Result<Column*> find(Translation& translation, Table& table, std::string_view name) {
  if (table.is_view()) return translation.refuse(-1, "ALTER VIEW ... ALTER COLUMN", "Make the view again.");
  if (auto* column = table.find_column(name)) return column;
  return translation.fail(
      "42703", "column \"" + std::string(name) + "\" of relation \"" + table.name.name + "\" does not exist");
}

Result<void> drop_not_null(const Translation& translation, const Table& table, Column& column) {
  if (table.primary_key && contains(table.primary_key->columns, column.name)) {
    return translation.fail("42P16", "column \"" + column.name + "\" is in a primary key");
  }
  if (column.generated == Generated::identity_always || column.generated == Generated::identity_by_default) {
    return translation.fail("42601", "column \"" + column.name + "\" is an identity column");
  }
  column.not_null = false;
  return {};
}

Result<void> change_default(Translation& translation, const Table& table, Column& column, const Node* value) {
  if (column.generated == Generated::stored) {
    return translation.fail("42601", "column \"" + column.name + "\" is a generated column");
  }
  if (column.generated != Generated::no) {
    return translation.fail("42601", "column \"" + column.name + "\" is an identity column");
  }
  column.sequence.clear();
  if (value != nullptr) return set_column_default(translation, table, column, value);
  column.default_value.reset();
  return {};
}

Result<void> set_identity(const Translation& translation, Column& column,
                          const PgQuery__AlterTableCmd& command) {
  for (const auto* node : nodes(command.def->list->items, command.def->list->n_items)) {
    const auto& option = *node->def_elem;
    if (std::string_view(option.defname) != "generated") {
      return translation.refuse(option.location, "ALTER COLUMN ... SET or RESTART of an identity",
                                "Use ALTER SEQUENCE on its sequence.");
    }
    const bool always = option.arg->integer->ival == 'a';
    column.generated = always ? Generated::identity_always : Generated::identity_by_default;
  }
  return {};
}

Result<void> drop_identity(Translation& translation, Table& table, Column& column, bool missing_ok) {
  if (column.generated != Generated::identity_always && column.generated != Generated::identity_by_default) {
    if (missing_ok) return {};
    return translation.fail("55000", "column \"" + column.name + "\" is not an identity column");
  }
  column.generated = Generated::no;
  column.default_value.reset();
  for (const auto& [name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table != table.name || sequence.owner_column != column.name) continue;
    drop_sequence(translation, QualifiedName(name));
    break;
  }
  column.sequence.clear();
  return {};
}

}  // namespace

Result<void> drop_column(Translation& translation, Alteration& work, const PgQuery__AlterTableCmd& command) {
  const std::string name = command.name;
  if (command.missing_ok != 0 && work.after.find_column(name) == nullptr) return {};
  HF_CHECK(find(translation, work.after, name));
  const bool cascade = command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  if (work.after.columns.size() == 1) {
    return translation.refuse(-1, "dropping the last column of a table", "Drop the table.");
  }
  HF_CHECK(release_readers(translation, work.after, name, cascade));
  HF_CHECK(drop_foreign_keys_to(translation, work.after.name, {name}, cascade));
  drop_parts_with(work.after, name);
  std::erase_if(work.after.columns, [&](const Column& column) { return column.name == name; });
  std::vector<QualifiedName> owned;
  for (const auto& [sequence_name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table == work.after.name && sequence.owner_column == name)
      owned.push_back(sequence_name);
  }
  for (const auto& sequence : owned) drop_sequence(translation, sequence);
  return {};
}

Result<void> alter_column(Translation& translation, Alteration& work, const PgQuery__AlterTableCmd& command) {
  HF_TRY(auto* column, find(translation, work.after, command.name));
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
      return change_default(translation, work.after, *column, command.def);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
      column->not_null = true;
      return {};
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
      return drop_not_null(translation, work.after, *column);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression:
      if (column->generated != Generated::stored) {
        if (command.missing_ok != 0) return {};
        return translation.fail("55000", "column \"" + column->name + "\" is not a stored generated column");
      }
      column->generated = Generated::no;
      column->default_value.reset();
      return {};
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
      return apply_constraints(translation, work.after,
                               {{.constraint = command.def->constraint, .column = column->name}});
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity:
      return set_identity(translation, *column, command);
    default:
      return drop_identity(translation, work.after, *column, command.missing_ok != 0);
  }
}

}  // namespace holdfast::schema::detail
