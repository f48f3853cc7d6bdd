#include <algorithm>
#include <set>

#include "base/principal.hpp"
#include "schema/ddl_emit.hpp"
#include "schema/ddl_other.hpp"
#include "schema/ddl_sequence.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

bool points_outside(const Catalogue& catalogue, const std::set<QualifiedName>& names, QualifiedName* child) {
  for (const auto& [name, table] : catalogue.tables) {
    for (const auto& key : table.foreign_keys) {
      if (!names.contains(key.target) || names.contains(name)) continue;
      *child = name;
      return true;
    }
  }
  return false;
}

void emit_restart(Translation& translation, const Table& table) {
  for (const auto& [name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table != table.name) continue;
    const auto last = std::to_string(sequence.start - sequence.increment);
    if (rowid_table_of(translation.catalogue(), sequence) != nullptr) {
      translation.emit("UPDATE sqlite_sequence SET seq = " + last +
                       " WHERE name = " + quote_literal(table.name.engine_name()));
    } else {
      translation.emit("UPDATE hf_sequences SET last = " + last +
                       " WHERE name = " + quote_literal(name.engine_name()));
    }
  }
}

/// The rows of a partition are in its table, and which of them are its own is not known here.
Result<void> check_partitions(Translation& translation, const Node* statement) {
  const PgQuery__RangeVar* partition = nullptr;
  walk(statement, [&](std::string_view type, ProtobufCMessage& message) {
    if (type != "RangeVar") return true;
    const auto& relation = reinterpret_cast<const PgQuery__RangeVar&>(message);
    if (translation.catalogue().partitions.contains(qualified(relation))) partition = &relation;
    return false;
  });
  if (partition == nullptr) return {};
  return translation.relation(*partition).error();
}

}  // namespace

Result<void> truncate(Translation& translation, const PgQuery__TruncateStmt& statement) {
  std::set<QualifiedName> names;
  for (const auto* node : nodes(statement.relations, statement.n_relations)) {
    HF_TRY(const auto* table, translation.table(*node->range_var));
    names.insert(table->name);
  }
  QualifiedName child;
  while (points_outside(translation.catalogue(), names, &child)) {
    if (statement.behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
      auto error =
          translation.fail("0A000", "cannot truncate a table referenced in a foreign key constraint");
      error.hint =
          "Truncate table \"" + child.engine_name() + "\" at the same time, or use TRUNCATE ... CASCADE.";
      return error;
    }
    names.insert(child);
  }
  // Together the tables hold no reference outside themselves: checks in between would only be in the way.
  if (names.size() > 1) translation.mark_rebuild();
  for (const auto& name : names) {
    translation.emit("DELETE FROM " + quote_identifier(name.engine_name()));
    if (statement.restart_seqs != 0) emit_restart(translation, translation.catalogue().tables.at(name));
  }
  return {};
}

Result<void> run_query(Translation& translation) {
  const auto& statement = translation.statement();
  HF_CHECK(check_partitions(translation, statement.node));
  auto compiled = compile_query(translation.catalogue(), base::kSystemRole, statement.text);
  if (!compiled.ok()) {
    const int location = first_location(statement.node);
    return translation.located(std::move(compiled).error(), location);
  }
  if (!compiled->parameters.empty()) {
    return translation.fail("42P02", "there is no parameter $1");
  }
  translation.emit(std::move(compiled->sql));
  return {};
}

}  // namespace holdfast::schema::detail
