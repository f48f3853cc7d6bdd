#include <algorithm>

#include "schema/ddl_alter.hpp"
#include "schema/ddl_dependents.hpp"
#include "schema/ddl_rename.hpp"
#include "schema/detail/references.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

/// One column's change of name within its table.
struct ColumnRename {
  std::string table;
  std::string from;
  std::string to;

  void name(std::string& column) const {
    if (column == from) column = to;
  }
  void names(std::vector<std::string>& columns) const {
    for (auto& column : columns) name(column);
  }
  Result<void> text(std::string& expression) const {
    HF_TRY(expression, rename_column_in_expression(expression, table, from, to));
    return {};
  }
};

Result<void> rename_in_indexes(const ColumnRename& rename, Table& table) {
  for (auto& index : table.indexes) {
    if (index.predicate) HF_CHECK(rename.text(index.predicate->postgres));
    for (auto& element : index.elements) {
      rename.name(element.column);
      if (element.expression) HF_CHECK(rename.text(element.expression->postgres));
    }
  }
  for (auto& index : table.text_indexes) {
    rename.names(index.columns);
    HF_CHECK(rename.text(index.document.postgres));
  }
  return {};
}

Result<void> rename_in_policies(const ColumnRename& rename, Table& table) {
  for (auto& policy : table.policies) {
    if (policy.using_expression) HF_CHECK(rename.text(*policy.using_expression));
    if (policy.check_expression) HF_CHECK(rename.text(*policy.check_expression));
  }
  return {};
}

void rename_in_grants(const ColumnRename& rename, Table& table) {
  std::set<Grant> grants;
  for (auto grant : table.grants) {
    rename.name(grant.column);
    grants.insert(std::move(grant));
  }
  table.grants = std::move(grants);
}

Result<void> rename_in_table(const ColumnRename& rename, Table& table) {
  table.find_column(rename.from)->name = rename.to;
  if (table.primary_key) rename.names(table.primary_key->columns);
  for (auto& key : table.uniques) rename.names(key.columns);
  for (auto& key : table.foreign_keys) {
    rename.names(key.columns);
    if (key.target == table.name) rename.names(key.target_columns);
  }
  for (auto& check : table.checks) HF_CHECK(rename.text(check.expression.postgres));
  for (auto& column : table.columns) {
    if (column.generated == Generated::stored) HF_CHECK(rename.text(column.default_value->postgres));
  }
  HF_CHECK(rename_in_indexes(rename, table));
  HF_CHECK(rename_in_policies(rename, table));
  rename_in_grants(rename, table);
  return {};
}

/// Tables whose foreign keys name the column write it into their own definition.
void rename_in_others(Translation& translation, const ColumnRename& rename, const QualifiedName& target) {
  std::vector<Table> affected;
  for (const auto& [name, table] : translation.catalogue().tables) {
    if (name != target && std::ranges::any_of(table.foreign_keys,
                                              [&](const ForeignKey& key) { return key.target == target; })) {
      affected.push_back(table);
    }
  }
  for (const auto& before : affected) {
    Table after = before;
    for (auto& key : after.foreign_keys) {
      if (key.target == target) rename.names(key.target_columns);
    }
    settle(translation, before, std::move(after));
  }
}

bool policies_elsewhere_read(const Catalogue& catalogue, const QualifiedName& target,
                             const std::string& column) {
  const auto reads = [&](const std::optional<std::string>& text) {
    if (!text) return false;
    const auto found = references_in_expression(*text);
    return found.relations.contains(target) && found.columns.contains(column);
  };
  return std::ranges::any_of(catalogue.tables, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.policies, [&](const Policy& policy) {
      return reads(policy.using_expression) || reads(policy.check_expression);
    });
  });
}

Result<void> check_readers(const Translation& translation, const Table& table, const ColumnRename& rename) {
  if (const auto view = view_on_column(translation.catalogue(), table.name, rename.from)) {
    return translation.refuse(-1, "renaming a column that the view " + view->to_string() + " reads",
                              "Drop the view, rename the column and make the view again.");
  }
  if (policies_elsewhere_read(translation.catalogue(), table.name, rename.from)) {
    return translation.refuse(-1, "renaming a column that a sub-query of a policy reads",
                              "Drop the policy, rename the column and make the policy again.");
  }
  if (table.touch_column == rename.from) {
    return translation.refuse(-1, "renaming the column that the updated_at trigger sets",
                              "Drop the trigger, rename the column and make function and trigger again.");
  }
  return {};
}

Result<void> rename_view_column(const Translation& translation, Table& view, const ColumnRename& rename) {
  auto* column = view.find_column(rename.from);
  std::string columns;
  for (const auto& item : view.columns) {
    columns += (columns.empty() ? "" : ", ") + quote_identifier(item.name);
    if (item.name == rename.from) columns += " AS " + quote_identifier(rename.to);
  }
  if (view_on_column(translation.catalogue(), view.name, rename.from)) {
    return translation.refuse(-1, "renaming a view's column that another view reads",
                              "Make the views again.");
  }
  view.view_query = "SELECT " + columns + " FROM (" + view.view_query + ") AS view_body";
  column->name = rename.to;
  rename_in_grants(rename, view);
  return {};
}

}  // namespace

Result<void> rename_column(Translation& translation, const PgQuery__RenameStmt& statement) {
  const auto name = qualified(*statement.relation);
  if (statement.missing_ok != 0 && translation.catalogue().find_table(name) == nullptr) return {};
  HF_TRY(auto* table, translation.relation(*statement.relation));
  const ColumnRename rename{.table = table->name.name, .from = statement.subname, .to = statement.newname};
  if (table->find_column(rename.from) == nullptr) {
    return translation.fail("42703", "column \"" + rename.from + "\" does not exist");
  }
  if (table->find_column(rename.to) != nullptr) {
    return translation.fail("42701",
                            "column \"" + rename.to + "\" of relation \"" + name.name + "\" already exists");
  }
  if (table->is_view()) return rename_view_column(translation, *table, rename);
  HF_CHECK(check_readers(translation, *table, rename));
  const Table before = *table;
  Table after = before;
  HF_CHECK(translation.locate(rename_in_table(rename, after), -1));
  HF_CHECK(recompile_expressions(translation, after));
  settle(translation, before, std::move(after), {{rename.to, quote_identifier(rename.from)}});
  for (auto& [sequence_name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table == name) rename.name(sequence.owner_column);
  }
  rename_in_others(translation, rename, name);
  return {};
}

}  // namespace holdfast::schema::detail
