#include "schema/ddl_constraint.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "schema/ddl_foreign_key.hpp"
#include "schema/ddl_names.hpp"
#include "schema/ddl_sequence.hpp"

namespace holdfast::schema::detail {
namespace {

/// PostgreSQL's order, which numbered names depend on.
constexpr std::array<std::array<PgQuery__ConstrType, 3>, 4> kPhases{{
    {PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED,
     PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY},
    {PG_QUERY__CONSTR_TYPE__CONSTR_CHECK, PG_QUERY__CONSTR_TYPE__CONSTR_CHECK,
     PG_QUERY__CONSTR_TYPE__CONSTR_CHECK},
    {PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE,
     PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION},
    {PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN, PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN,
     PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN},
}};

std::set<std::string> columns_read(const Node* expression) {
  std::set<std::string> names;
  walk(expression, [&](std::string_view type, ProtobufCMessage& message) {
    if (type != "ColumnRef") return true;
    const auto& reference = reinterpret_cast<const PgQuery__ColumnRef&>(message);
    if (reference.n_fields > 0) names.emplace(string_of(reference.fields[reference.n_fields - 1]));
    return false;
  });
  return names;
}

Result<void> check_free_name(const Translation& translation, const Table& table, std::string_view name,
                             int location) {
  if (!constraint_exists(table, name)) return {};
  return translation.fail("42710",
                          "constraint \"" + std::string(name) + "\" for relation \"" +
                              table.name.to_string() + "\" already exists",
                          location);
}

Result<void> set_default(Translation& translation, Table& table, Column& column,
                         const PgQuery__Constraint& given) {
  if (column.default_value) {
    return translation.fail("42601", "multiple default values specified for column \"" + column.name + "\"",
                            given.location);
  }
  return set_column_default(translation, table, column, given.raw_expr);
}

Result<void> set_generated(Translation& translation, Table& table, Column& column,
                           const PgQuery__Constraint& given) {
  for (const auto& name : columns_read(given.raw_expr)) {
    const auto* source = table.find_column(name);
    if (source != nullptr && source->generated == Generated::stored) {
      return translation.fail("42P17",
                              "cannot use generated column \"" + name + "\" in column generation expression",
                              first_location(given.raw_expr));
    }
  }
  column.generated = Generated::stored;
  HF_TRY(column.default_value, translation.value_for(table, column, given.raw_expr));
  return {};
}

Result<void> set_identity(Translation& translation, Table& table, Column& column,
                          const PgQuery__Constraint& given) {
  if (!column.type.is(types::Kind::int2) && !column.type.is(types::Kind::int4) &&
      !column.type.is(types::Kind::int8)) {
    return translation.fail("22023", "identity column type must be smallint, integer, or bigint",
                            given.location);
  }
  HF_TRY(const auto options, read_sequence_options(translation, nodes(given.options, given.n_options)));
  column.not_null = true;
  column.generated = std::string_view(given.generated_when) == "a" ? Generated::identity_always
                                                                   : Generated::identity_by_default;
  own_new_sequence(translation, table, column, options);
  return {};
}

Result<void> add_check(Translation& translation, Table& table, const PgQuery__Constraint& given) {
  Check check{.name = given.conname, .expression = {}};
  HF_TRY(check.expression, translation.condition(table, given.raw_expr, "CHECK"));
  if (check.name.empty()) {
    const auto columns = columns_read(given.raw_expr);
    const std::vector<std::string> named(columns.begin(), columns.end());
    check.name = free_constraint_name(translation.catalogue(), table,
                                      named.size() == 1 ? named : std::vector<std::string>{}, "check");
  }
  HF_CHECK(check_free_name(translation, table, check.name, given.location));
  table.checks.push_back(std::move(check));
  return {};
}

Result<std::vector<std::string>> key_columns(const Translation& translation, const Table& table,
                                             const PendingConstraint& pending) {
  const auto& given = *pending.constraint;
  auto columns = strings_of(nodes(given.keys, given.n_keys));
  if (columns.empty() && !pending.column.empty()) columns.push_back(pending.column);
  std::set<std::string> seen;
  for (const auto& column : columns) {
    if (table.find_column(column) == nullptr) {
      return translation.fail("42703", "column \"" + column + "\" named in key does not exist",
                              given.location);
    }
    if (!seen.insert(column).second) {
      return translation.fail("42701", "column \"" + column + "\" appears twice in a key", given.location);
    }
  }
  return columns;
}

/// ADD CONSTRAINT ... UNIQUE USING INDEX: the index becomes the constraint.
Result<std::vector<std::string>> take_index(const Translation& translation, Table& table,
                                            const PgQuery__Constraint& given) {
  const auto found = std::ranges::find_if(
      table.indexes, [&](const Index& index) { return index.name.name == given.indexname; });
  if (found == table.indexes.end()) {
    return translation.fail("42704", "index \"" + std::string(given.indexname) + "\" does not exist",
                            given.location);
  }
  std::vector<std::string> columns;
  for (const auto& element : found->elements) columns.push_back(element.column);
  const bool plain = std::ranges::none_of(columns, &std::string::empty) && found->unique && !found->predicate;
  if (!plain) {
    return translation.fail("42809", "\"" + found->name.name + "\" is not a plain unique index",
                            given.location);
  }
  table.indexes.erase(found);
  return columns;
}

Result<void> check_key_form(const Translation& translation, const PendingConstraint& pending) {
  const auto& given = *pending.constraint;
  if (given.contype == PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION) {
    return translation.refuse(given.location, "an EXCLUDE constraint",
                              "Use a unique constraint, or check for overlaps in a function.");
  }
  if (pending.deferrable || given.deferrable != 0) {
    return translation.refuse(given.location, "a DEFERRABLE unique constraint",
                              "Leave DEFERRABLE away; foreign keys may have it.");
  }
  if (given.nulls_not_distinct != 0) {
    return translation.refuse(given.location, "NULLS NOT DISTINCT",
                              "Use a unique index over coalesce(column, some value).");
  }
  return {};
}

Result<void> add_key(Translation& translation, Table& table, const PendingConstraint& pending) {
  const auto& given = *pending.constraint;
  HF_CHECK(check_key_form(translation, pending));
  const bool from_index = std::string_view(given.indexname) != "";
  HF_TRY(auto columns,
         from_index ? take_index(translation, table, given) : key_columns(translation, table, pending));
  const bool primary = given.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
  if (primary && table.primary_key) {
    return translation.fail("42P16",
                            "multiple primary keys for table \"" + table.name.name + "\" are not allowed",
                            given.location);
  }
  Key key{.name = given.conname, .columns = std::move(columns)};
  if (key.name.empty() && from_index) key.name = given.indexname;
  if (key.name.empty()) {
    key.name =
        free_relation_name(translation.catalogue(), table, primary ? std::vector<std::string>{} : key.columns,
                           primary ? "pkey" : "key");
  }
  HF_CHECK(check_free_name(translation, table, key.name, given.location));
  if (relation_exists(translation.catalogue(), table, {.schema = table.name.schema, .name = key.name})) {
    return translation.fail("42P07", "relation \"" + key.name + "\" already exists", given.location);
  }
  if (!primary) {
    table.uniques.push_back(std::move(key));
    return {};
  }
  for (const auto& name : key.columns) table.find_column(name)->not_null = true;
  table.primary_key = std::move(key);
  return {};
}

Result<void> apply(Translation& translation, Table& table, const PendingConstraint& pending) {
  const auto& given = *pending.constraint;
  switch (given.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      return set_default(translation, table, *table.find_column(pending.column), given);
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
      return set_generated(translation, table, *table.find_column(pending.column), given);
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      return set_identity(translation, table, *table.find_column(pending.column), given);
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
      return add_check(translation, table, given);
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      return add_foreign_key(translation, table, pending);
    default:
      return add_key(translation, table, pending);
  }
}

}  // namespace

PendingConstraint table_constraint(const PgQuery__Constraint& given) {
  return {.constraint = &given,
          .column = {},
          .deferrable = given.deferrable != 0,
          .initially_deferred = given.initdeferred != 0};
}

Result<void> set_column_default(Translation& translation, const Table& table, Column& column,
                                const Node* value) {
  const auto columns = columns_read(value);
  if (!columns.empty()) {
    return translation.fail("0A000", "cannot use column reference in DEFAULT expression",
                            first_location(value));
  }
  Table no_columns;
  no_columns.name = table.name;
  HF_TRY(auto counted, nextval_default(translation, value));
  if (counted) {
    column.default_value = std::move(counted);
    return {};
  }
  HF_TRY(auto expression, translation.value_for(no_columns, column, value));
  column.default_value = std::move(expression);
  if (column.default_value->sqlite == "NULL") column.default_value.reset();
  return {};
}

Result<void> apply_constraints(Translation& translation, Table& table,
                               const std::vector<PendingConstraint>& pending) {
  for (const auto& phase : kPhases) {
    for (const auto& item : pending) {
      if (std::ranges::find(phase, item.constraint->contype) == phase.end()) continue;
      HF_CHECK(apply(translation, table, item));
    }
  }
  count_by_rowid(translation, table);
  return {};
}

}  // namespace holdfast::schema::detail
