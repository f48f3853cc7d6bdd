#include "schema/ddl_foreign_key.hpp"

#include <algorithm>

#include "schema/ddl_names.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

ForeignKeyAction action_of(const char* letter) {
  switch (*letter) {
    case 'r':
      return ForeignKeyAction::restrict;
    case 'c':
      return ForeignKeyAction::cascade;
    case 'n':
      return ForeignKeyAction::set_null;
    case 'd':
      return ForeignKeyAction::set_default;
    default:
      return ForeignKeyAction::no_action;
  }
}

bool is_number(types::Kind kind) {
  using types::Kind;
  return kind == Kind::int2 || kind == Kind::int4 || kind == Kind::int8 || kind == Kind::numeric;
}

bool is_text(types::Kind kind) {
  using types::Kind;
  return kind == Kind::text || kind == Kind::varchar || kind == Kind::bpchar || kind == Kind::name;
}

/// Integers and numerics compare with each other, texts with each other; everything else with its like.
bool comparable(const types::Type& left, const types::Type& right) {
  if (left.array || right.array) return left.same_as(right);
  return left.same_as(right) || (is_number(left.kind) && is_number(right.kind)) ||
         (is_text(left.kind) && is_text(right.kind));
}

/// The two columns stand for each other byte by byte in SQLite's foreign key check.
bool stored_alike(const types::Type& left, const types::Type& right) {
  return (left.kind == types::Kind::numeric) == (right.kind == types::Kind::numeric);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

Result<void> check_form(const Translation& translation, const PgQuery__Constraint& given) {
  if (std::string_view(given.fk_matchtype) == "f") {
    return translation.refuse(given.location, "MATCH FULL",
                              "Add a check that the columns are all null or all not null.");
  }
  if (given.n_fk_del_set_cols > 0) {
    return translation.refuse(given.location, "ON DELETE SET NULL or SET DEFAULT with a column list",
                              "Leave the column list away.");
  }
  return {};
}

Result<std::vector<std::string>> target_columns(const Translation& translation, const Table& target,
                                                const PgQuery__Constraint& given) {
  auto columns = strings_of(nodes(given.pk_attrs, given.n_pk_attrs));
  if (columns.empty()) {
    if (target.primary_key) return target.primary_key->columns;
    return translation.fail(
        "42704", "there is no primary key for referenced table \"" + target.name.name + "\"", given.location);
  }
  for (const auto& column : columns) {
    if (target.find_column(column) == nullptr) {
      return translation.fail("42703",
                              "column \"" + column + "\" referenced in foreign key constraint does not exist",
                              given.location);
    }
  }
  if (!has_unique_key(target, columns)) {
    return translation.fail(
        "42830",
        "there is no unique constraint matching given keys for referenced table \"" + target.name.name + "\"",
        given.location);
  }
  return columns;
}

}  // namespace

Result<void> check_key_types(const Translation& translation, const Table& table, const Table& target,
                             const ForeignKey& key, int location) {
  if (key.columns.size() != key.target_columns.size()) {
    return translation.fail("42830", "number of referencing and referenced columns for foreign key disagree",
                            location);
  }
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const auto* column = table.find_column(key.columns[i]);
    const auto& target_type = target.find_column(key.target_columns[i])->type;
    if (column == nullptr) {
      return translation.fail(
          "42703", "column \"" + key.columns[i] + "\" referenced in foreign key constraint does not exist",
          location);
    }
    if (!comparable(column->type, target_type)) {
      return translation.fail("42804",
                              "foreign key constraint cannot be implemented: \"" + column->name + "\" is " +
                                  types::format_type(column->type) + " and \"" + key.target_columns[i] +
                                  "\" is " + types::format_type(target_type),
                              location);
    }
    if (!stored_alike(column->type, target_type)) {
      return translation.refuse(location, "a foreign key between numeric and an integer type",
                                "Give both columns the same type.");
    }
  }
  return {};
}

bool has_unique_key(const Table& table, const std::vector<std::string>& columns) {
  const auto wanted = sorted(columns);
  const auto matches = [&](const Key& key) { return sorted(key.columns) == wanted; };
  if (table.primary_key && matches(*table.primary_key)) return true;
  if (std::ranges::any_of(table.uniques, matches)) return true;
  return std::ranges::any_of(table.indexes, [&](const Index& index) {
    if (!index.unique || index.predicate) return false;
    std::vector<std::string> names;
    for (const auto& element : index.elements) names.push_back(element.column);
    return sorted(names) == wanted;
  });
}

Result<void> add_foreign_key(Translation& translation, Table& table, const PendingConstraint& pending) {
  const auto& given = *pending.constraint;
  HF_CHECK(check_form(translation, given));
  ForeignKey key{.name = given.conname,
                 .columns = strings_of(nodes(given.fk_attrs, given.n_fk_attrs)),
                 .target = qualified(*given.pktable),
                 .target_columns = {},
                 .on_update = action_of(given.fk_upd_action),
                 .on_delete = action_of(given.fk_del_action),
                 .deferrable = pending.deferrable || pending.initially_deferred,
                 .initially_deferred = pending.initially_deferred};
  if (key.columns.empty()) key.columns.push_back(pending.column);
  const Table* target = &table;
  if (key.target != table.name) {
    HF_TRY(target, translation.table(*given.pktable));
  }
  HF_TRY(key.target_columns, target_columns(translation, *target, given));
  HF_CHECK(check_key_types(translation, table, *target, key, given.location));
  if (key.name.empty()) key.name = free_constraint_name(translation.catalogue(), table, key.columns, "fkey");
  if (constraint_exists(table, key.name)) {
    return translation.fail("42710", "constraint \"" + key.name + "\" already exists", given.location);
  }
  table.foreign_keys.push_back(std::move(key));
  return {};
}

}  // namespace holdfast::schema::detail
