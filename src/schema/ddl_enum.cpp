#include "schema/ddl_enum.hpp"

#include <algorithm>

#include "schema/ddl_emit.hpp"
#include "schema/ddl_settle.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::size_t kMaxLabelBytes = 63;

Result<void> check_label(const Translation& translation, std::string_view label) {
  if (!label.empty() && label.size() <= kMaxLabelBytes) return {};
  return translation.fail("42602", "invalid enum label \"" + std::string(label) + "\"");
}

void repoint(types::Type& type, const types::EnumType& old,
             const std::shared_ptr<const types::EnumType>& now) {
  if (type.enumeration != nullptr && type.enumeration->schema == old.schema &&
      type.enumeration->name == old.name) {
    type.enumeration = now;
  }
}

bool has_type(const Column& column, const types::EnumType& type) {
  return column.type.enumeration != nullptr && column.type.enumeration->schema == type.schema &&
         column.type.enumeration->name == type.name;
}

/// Rows with the old label get the new one. Indexes over the column are ordered by labels, so they are made
/// again around the change.
void rename_label_in_rows(Translation& translation, const types::EnumType& type, const std::string& from,
                          const std::string& to) {
  for (const auto& [name, table] : translation.catalogue().tables) {
    if (table.is_view()) continue;
    for (const auto& column : table.columns) {
      if (!has_type(column, type) || column.type.array) continue;
      const auto objects = dependent_objects(table);
      for (const auto& object : objects) translation.emit(drop_statement(object.type, object.name));
      translation.emit("UPDATE " + quote_identifier(name.engine_name()) + " SET " +
                       quote_identifier(column.name) + " = " + quote_literal(to) + " WHERE " +
                       quote_identifier(column.name) + " COLLATE BINARY = " + quote_literal(from));
      for (const auto& object : objects) translation.emit(object.sql);
    }
  }
}

bool in_primary_key_or_array(const Catalogue& catalogue, const types::EnumType& type) {
  return std::ranges::any_of(catalogue.tables, [&](const auto& entry) {
    const auto& table = entry.second;
    return !table.is_view() && std::ranges::any_of(table.columns, [&](const Column& column) {
      if (!has_type(column, type)) return false;
      return column.type.array ||
             (table.primary_key &&
              std::ranges::find(table.primary_key->columns, column.name) != table.primary_key->columns.end());
    });
  });
}

/// A label in a text that the catalogue keeps (a default, a check, a policy) would go on naming the old one.
bool mentions_label(const Catalogue& catalogue, const types::EnumType& type, const std::string& label) {
  const auto literal = quote_literal(label);
  const auto in = [&](const std::optional<std::string>& text) {
    return text && text->find(literal) != std::string::npos;
  };
  return std::ranges::any_of(catalogue.tables, [&](const auto& entry) {
    const auto& table = entry.second;
    if (std::ranges::none_of(table.columns, [&](const Column& column) { return has_type(column, type); }))
      return false;
    return in(table.view_query) ||
           std::ranges::any_of(table.columns,
                               [&](const Column& column) {
                                 return column.default_value && in(column.default_value->postgres);
                               }) ||
           std::ranges::any_of(table.checks,
                               [&](const Check& check) { return in(check.expression.postgres); }) ||
           std::ranges::any_of(
               table.indexes,
               [&](const Index& index) { return index.predicate && in(index.predicate->postgres); }) ||
           std::ranges::any_of(table.policies, [&](const Policy& policy) {
             return in(policy.using_expression) || in(policy.check_expression);
           });
  });
}

Result<void> rename_value(Translation& translation, const types::EnumType& old, types::EnumType& type,
                          const PgQuery__AlterEnumStmt& statement) {
  const std::string from = statement.old_val;
  const std::string to = statement.new_val;
  const auto found = std::ranges::find(type.labels, from);
  if (found == type.labels.end()) {
    return translation.fail("22023", "\"" + from + "\" is not an existing enum label");
  }
  if (std::ranges::find(type.labels, to) != type.labels.end()) {
    return translation.fail("42710", "enum label \"" + to + "\" already exists");
  }
  if (in_primary_key_or_array(translation.catalogue(), old) ||
      mentions_label(translation.catalogue(), old, from)) {
    return translation.refuse(-1,
                              "RENAME VALUE of a label that a key, an array, a default or an expression uses",
                              "Add a new label, move the rows to it, and change the expressions.");
  }
  *found = to;
  rename_label_in_rows(translation, old, from, to);
  return {};
}

Result<void> add_value(const Translation& translation, types::EnumType& type,
                       const PgQuery__AlterEnumStmt& statement) {
  const std::string label = statement.new_val;
  HF_CHECK(check_label(translation, label));
  if (std::ranges::find(type.labels, label) != type.labels.end()) {
    if (statement.skip_if_new_val_exists != 0) return {};
    return translation.fail("42710", "enum label \"" + label + "\" already exists");
  }
  const std::string_view neighbour = statement.new_val_neighbor;
  auto at = type.labels.end();
  if (!neighbour.empty()) {
    at = std::ranges::find(type.labels, neighbour);
    if (at == type.labels.end()) {
      return translation.fail("22023", "\"" + std::string(neighbour) + "\" is not an existing enum label");
    }
    if (statement.new_val_is_after != 0) ++at;
  }
  type.labels.insert(at, label);
  return {};
}

}  // namespace

void replace_enum(Catalogue& catalogue, const QualifiedName& name,
                  const std::shared_ptr<const types::EnumType>& type) {
  const auto old = catalogue.enums.at(name);
  for (auto& [table_name, table] : catalogue.tables) {
    for (auto& column : table.columns) repoint(column.type, *old, type);
  }
  for (auto& [function_name, function] : catalogue.functions) {
    repoint(function.returns, *old, type);
    for (auto& parameter : function.parameters) repoint(parameter.type, *old, type);
    for (auto& column : function.returns_columns) repoint(column.type, *old, type);
  }
  catalogue.enums[name] = type;
}

Result<void> create_enum(Translation& translation, const PgQuery__CreateEnumStmt& statement) {
  const auto name = qualified(nodes(statement.type_name, statement.n_type_name));
  if (!translation.catalogue().schemas.contains(name.schema)) {
    return translation.fail("3F000", "schema \"" + name.schema + "\" does not exist");
  }
  if (translation.catalogue().enums.contains(name) || translation.catalogue().find_table(name) != nullptr) {
    return translation.fail("42710", "type \"" + name.to_string() + "\" already exists");
  }
  types::EnumType type{.schema = name.schema, .name = name.name, .labels = {}};
  for (const auto& label : strings_of(nodes(statement.vals, statement.n_vals))) {
    HF_CHECK(check_label(translation, label));
    if (std::ranges::find(type.labels, label) != type.labels.end()) {
      return translation.fail("23505", "enum label \"" + label + "\" is given twice");
    }
    type.labels.push_back(label);
  }
  translation.catalogue().enums.emplace(name, std::make_shared<const types::EnumType>(std::move(type)));
  return {};
}

Result<void> alter_enum(Translation& translation, const PgQuery__AlterEnumStmt& statement) {
  const auto name = qualified(nodes(statement.type_name, statement.n_type_name));
  const auto found = translation.catalogue().enums.find(name);
  if (found == translation.catalogue().enums.end()) {
    return translation.fail("42704", "type \"" + name.to_string() + "\" does not exist");
  }
  auto type = std::make_shared<types::EnumType>(*found->second);
  const bool renames = std::string_view(statement.old_val) != "";
  HF_CHECK(renames ? rename_value(translation, *found->second, *type, statement)
                   : add_value(translation, *type, statement));
  replace_enum(translation.catalogue(), name, type);
  return {};
}

}  // namespace holdfast::schema::detail
