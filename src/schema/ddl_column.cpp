#include <array>
#include <string_view>

#include "schema/ddl_constraint.hpp"
#include "schema/ddl_names.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/detail/type_names.hpp"

namespace holdfast::schema::detail {
namespace {

struct SerialType {
  std::string_view name;
  types::Kind kind;
};

constexpr std::array kSerialTypes{
    SerialType{"serial", types::Kind::int4},      SerialType{"serial4", types::Kind::int4},
    SerialType{"bigserial", types::Kind::int8},   SerialType{"serial8", types::Kind::int8},
    SerialType{"smallserial", types::Kind::int2}, SerialType{"serial2", types::Kind::int2},
};

const SerialType* serial_type(const PgQuery__TypeName& name) {
  if (name.n_names != 1 || name.n_array_bounds > 0) return nullptr;
  const auto written = string_of(name.names[0]);
  for (const auto& serial : kSerialTypes) {
    if (serial.name == written) return &serial;
  }
  return nullptr;
}

/// The embedded engine orders text by code points, which is what these collations do.
bool is_code_point_collation(std::string_view name) {
  return name == "C" || name == "POSIX" || name == "ucs_basic" || name == "default";
}

Result<void> check_collation(const Translation& translation, const PgQuery__CollateClause* clause) {
  if (clause == nullptr) return {};
  const auto names = strings_of(nodes(clause->collname, clause->n_collname));
  if (!names.empty() && is_code_point_collation(names.back())) return {};
  return translation.refuse(clause->location, "collation " + (names.empty() ? "" : names.back()),
                            "Leave the collation away, or use COLLATE \"C\".");
}

/// DEFERRABLE and its kin stand as constraints of their own behind the one they qualify.
bool qualify_last(std::vector<PendingConstraint>& pending, const PgQuery__Constraint& constraint) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
      if (!pending.empty()) pending.back().deferrable = true;
      return true;
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
      if (!pending.empty()) pending.back().deferrable = pending.back().initially_deferred = true;
      return true;
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
      return true;
    default:
      return false;
  }
}

void read_column_constraints(const PgQuery__ColumnDef& definition, Column& column,
                             std::vector<PendingConstraint>& pending) {
  for (const auto* node : nodes(definition.constraints, definition.n_constraints)) {
    const auto& constraint = *node->constraint;
    if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) {
      column.not_null = true;
    } else if (constraint.contype != PG_QUERY__CONSTR_TYPE__CONSTR_NULL &&
               !qualify_last(pending, constraint)) {
      pending.push_back({.constraint = &constraint, .column = column.name});
    }
  }
}

}  // namespace

Result<void> add_column(Translation& translation, Table& table, const PgQuery__ColumnDef& definition,
                        std::vector<PendingConstraint>& pending) {
  Column column{.name = definition.colname, .type = {}};
  if (table.find_column(column.name) != nullptr) {
    return translation.fail("42701", "column \"" + column.name + "\" specified more than once",
                            definition.location);
  }
  HF_CHECK(check_collation(translation, definition.coll_clause));
  const auto* serial = serial_type(*definition.type_name);
  if (serial != nullptr) {
    column.type.kind = serial->kind;
    column.not_null = true;
  } else {
    HF_TRY(column.type, translation.locate(resolve_type(translation.catalogue(), *definition.type_name),
                                           definition.type_name->location));
  }
  read_column_constraints(definition, column, pending);
  table.columns.push_back(std::move(column));
  if (serial != nullptr) own_new_sequence(translation, table, table.columns.back(), {});
  return {};
}

}  // namespace holdfast::schema::detail
