#include <algorithm>

#include "base/principal.hpp"
#include "schema/ddl_alter.hpp"
#include "schema/ddl_dependents.hpp"
#include "schema/ddl_foreign_key.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/detail/assignment.hpp"
#include "schema/detail/references.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

std::string assigned(const std::string& sql, const types::Type& from, const types::Type& to) {
  const auto from_name = from.is(Kind::unknown) ? std::string("text") : types::format_type(from);
  return "pg_assign(" + sql + ", " + quote_literal(from_name) + ", " + quote_literal(types::format_type(to)) +
         ")";
}

Error needs_using(const Translation& translation, const Column& column, const types::Type& to, int location) {
  auto error = translation.fail(
      "42804",
      "column \"" + column.name + "\" cannot be cast automatically to type " + types::format_type(to),
      location);
  error.hint = "Write USING " + column.name + "::" + types::format_type(to) + ".";
  return error;
}

Result<std::string> new_value(const Translation& translation, const Alteration& work, const Column& column,
                              const types::Type& to, const PgQuery__ColumnDef& definition) {
  const auto quoted = quote_identifier(column.name);
  if (definition.raw_default == nullptr) {
    if (!assigns_by_itself(column.type, to)) {
      return needs_using(translation, column, to, definition.type_name->location);
    }
    return assigned(quoted, column.type, to);
  }
  const int location = first_location(definition.raw_default);
  HF_TRY(const auto text, translation.locate(deparse_expression(definition.raw_default), location));
  HF_TRY(const auto typed, translation.locate(compile_expression(translation.catalogue(), base::kSystemRole,
                                                                 work.before, "", text),
                                              location));
  if (!typed.type.is(Kind::unknown) && !assigns_by_itself(typed.type, to)) {
    return needs_using(translation, column, to, location);
  }
  return assigned(typed.sql, typed.type, to);
}

Result<void> check_readers(const Translation& translation, const Table& table, const std::string& column) {
  const auto refuse = [&](const std::string& reader) {
    return translation.fail("0A000", "cannot alter type of column \"" + column + "\" used by " + reader);
  };
  if (const auto view = view_on_column(translation.catalogue(), table.name, column)) {
    return refuse("view " + view->to_string());
  }
  const auto reads = [&](const std::optional<std::string>& text) {
    return text && references_in_expression(*text).columns.contains(column);
  };
  for (const auto& policy : table.policies) {
    if (reads(policy.using_expression) || reads(policy.check_expression))
      return refuse("policy " + policy.name);
  }
  for (const auto& other : table.columns) {
    if (other.generated == Generated::stored && reads(other.default_value->postgres)) {
      return refuse("generated column " + other.name);
    }
  }
  return {};
}

Result<void> recompile(Translation& translation, const Table& table, Expression& expression) {
  HF_TRY(auto typed, translation.locate(compile_expression(translation.catalogue(), base::kSystemRole, table,
                                                           "", expression.postgres),
                                        -1));
  expression.sqlite = std::move(typed.sql);
  return {};
}

/// The parsed value lives only as long as its script.
Result<void> recompile_value(Translation& translation, const Table& table, Column& column) {
  HF_TRY(const auto script, ParsedScript::parse("", "SELECT " + column.default_value->postgres));
  const auto* value = script.statements().front().node->select_stmt->target_list[0]->res_target->val;
  HF_TRY(auto counted, nextval_default(translation, value));
  if (counted) return {};
  HF_TRY(column.default_value, translation.locate(translation.value_for(table, column, value), -1));
  return {};
}

Result<void> check_foreign_keys(const Translation& translation, const Table& table, int location) {
  for (const auto& key : table.foreign_keys) {
    const auto* target = key.target == table.name ? &table : translation.catalogue().find_table(key.target);
    if (target != nullptr) HF_CHECK(check_key_types(translation, table, *target, key, location));
  }
  for (const auto& [name, other] : translation.catalogue().tables) {
    for (const auto& key : other.foreign_keys) {
      if (key.target != table.name || name == table.name) continue;
      HF_CHECK(check_key_types(translation, other, table, key, location));
    }
  }
  return {};
}

}  // namespace

Result<void> recompile_expressions(Translation& translation, Table& table) {
  Table no_columns;
  no_columns.name = table.name;
  for (auto& column : table.columns) {
    if (!column.default_value) continue;
    const bool generated = column.generated == Generated::stored;
    HF_CHECK(recompile_value(translation, generated ? table : no_columns, column));
  }
  for (auto& check : table.checks) HF_CHECK(recompile(translation, table, check.expression));
  for (auto& index : table.indexes) {
    if (index.predicate) HF_CHECK(recompile(translation, table, *index.predicate));
    for (auto& element : index.elements) {
      if (element.expression) HF_CHECK(recompile(translation, table, *element.expression));
    }
  }
  for (auto& index : table.text_indexes) HF_CHECK(recompile(translation, table, index.document));
  return {};
}

Result<void> alter_column_type(Translation& translation, Alteration& work,
                               const PgQuery__AlterTableCmd& command) {
  const auto& definition = *command.def->column_def;
  const std::string name = command.name;
  auto* column = work.after.find_column(name);
  if (column == nullptr || work.after.is_view()) {
    return translation.fail(
        "42703", "column \"" + name + "\" of relation \"" + work.after.name.name + "\" does not exist");
  }
  if (work.before.find_column(name) == nullptr) {
    return translation.refuse(-1, "changing the type of a column in the statement that adds it",
                              "Add it with the right type.");
  }
  const int location = definition.type_name->location;
  HF_TRY(const auto to,
         translation.locate(resolve_type(translation.catalogue(), *definition.type_name), location));
  HF_CHECK(check_readers(translation, work.after, name));
  const bool generated = column->generated == Generated::stored;
  if (!generated) {
    HF_TRY(work.sources[name], new_value(translation, work, *column, to, definition));
  }
  column->type = to;
  HF_CHECK(recompile_expressions(translation, work.after));
  return check_foreign_keys(translation, work.after, location);
}

}  // namespace holdfast::schema::detail
