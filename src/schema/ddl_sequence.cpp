#include "schema/ddl_sequence.hpp"

#include "schema/ddl_emit.hpp"
#include "schema/ddl_names.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

std::optional<std::int64_t> integer_of(const Node* node) {
  if (node == nullptr) return std::nullopt;
  if (node->node_case == PG_QUERY__NODE__NODE_INTEGER) return node->integer->ival;
  if (node->node_case == PG_QUERY__NODE__NODE_FLOAT) return std::strtoll(node->float_->fval, nullptr, 10);
  return std::nullopt;
}

std::int64_t last_before(const Sequence& sequence) { return sequence.start - sequence.increment; }

/// Also where no migrator has laid the table yet.
void emit_sequence_row(Translation& translation, const Sequence& sequence) {
  translation.emit(
      "CREATE TABLE IF NOT EXISTS hf_sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL, increment "
      "INTEGER NOT NULL) STRICT");
  translation.emit("INSERT INTO hf_sequences (name, last, increment) VALUES (" +
                   quote_literal(sequence.name.engine_name()) + ", " + std::to_string(last_before(sequence)) +
                   ", " + std::to_string(sequence.increment) + ")");
}

Expression next_value(const QualifiedName& sequence) {
  const auto literal = quote_literal(sequence.engine_name());
  return {.postgres = "nextval(" + literal + "::regclass)", .sqlite = "pg_nextval(" + literal + ")"};
}

/// `'schema.name'`, with or without a cast to regclass.
QualifiedName named_sequence(const Node* argument) {
  if (argument->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) argument = argument->type_cast->arg;
  if (argument->node_case != PG_QUERY__NODE__NODE_A_CONST) return {};
  if (argument->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL) return {};
  const std::string text = argument->a_const->sval->sval;
  const auto dot = text.find('.');
  if (dot == std::string::npos) return {.schema = "public", .name = text};
  return {.schema = text.substr(0, dot), .name = text.substr(dot + 1)};
}

Result<void> read_option(const Translation& translation, const PgQuery__DefElem& option,
                         SequenceOptions& read) {
  const std::string_view name = option.defname;
  const auto number = integer_of(option.arg);
  if (name == "start") {
    read.start = number;
  } else if (name == "increment") {
    read.increment = number;
  } else if (name == "restart") {
    read.restart = number;
    read.restart_at_start = !number.has_value();
  } else if (name == "owned_by") {
    read.owned_by = strings_of(nodes(option.arg->list->items, option.arg->list->n_items));
  } else if (name == "cycle" && option.arg != nullptr && option.arg->boolean->boolval != 0) {
    return translation.refuse(option.location, "a sequence with CYCLE", "Leave CYCLE away.");
  }
  return {};
}

}  // namespace

Result<SequenceOptions> read_sequence_options(const Translation& translation,
                                              std::span<Node* const> options) {
  SequenceOptions read;
  for (const auto* node : options) HF_CHECK(read_option(translation, *node->def_elem, read));
  if (read.increment && *read.increment == 0) {
    return translation.fail("22023", "INCREMENT must not be zero");
  }
  if (read.increment && *read.increment < 0) {
    return translation.refuse(-1, "a falling sequence", "Count upwards and negate where you read.");
  }
  return read;
}

void own_new_sequence(Translation& translation, Table& table, Column& column,
                      const SequenceOptions& options) {
  const auto name = free_relation_name(translation.catalogue(), table, {column.name}, "seq");
  const Sequence sequence{.name = {.schema = table.name.schema, .name = name},
                          .start = options.start.value_or(1),
                          .increment = options.increment.value_or(1),
                          .owner_table = table.name,
                          .owner_column = column.name};
  column.sequence = sequence.name.engine_name();
  column.default_value = next_value(sequence.name);
  translation.catalogue().sequences.insert_or_assign(sequence.name, sequence);
}

void count_by_rowid(Translation& translation, Table& table) {
  for (auto& column : table.columns) {
    if (column.sequence.empty()) continue;
    for (const auto& [name, sequence] : translation.catalogue().sequences) {
      if (name.engine_name() != column.sequence) continue;
      column.default_value = next_value(name);
      if (sequence.increment == 1 && is_rowid_key(table, column)) column.default_value.reset();
    }
  }
}

std::set<QualifiedName> sequence_names(const Catalogue& catalogue) {
  std::set<QualifiedName> names;
  for (const auto& [name, sequence] : catalogue.sequences) names.insert(name);
  return names;
}

void emit_new_sequences(Translation& translation, const Table& table, const std::set<QualifiedName>& known) {
  for (const auto& [name, sequence] : translation.catalogue().sequences) {
    if (sequence.owner_table != table.name || known.contains(name)) continue;
    const auto* column = table.find_column(sequence.owner_column);
    if (column == nullptr || !is_rowid_key(table, *column)) {
      emit_sequence_row(translation, sequence);
    } else if (sequence.start != 1) {
      translation.emit("INSERT INTO sqlite_sequence (name, seq) VALUES (" +
                       quote_literal(table.name.engine_name()) + ", " +
                       std::to_string(last_before(sequence)) + ")");
    }
  }
}

const Table* rowid_table_of(const Catalogue& catalogue, const Sequence& sequence) {
  const auto* table = catalogue.find_table(sequence.owner_table);
  const auto* column = table == nullptr ? nullptr : table->find_column(sequence.owner_column);
  return column != nullptr && is_rowid_key(*table, *column) ? table : nullptr;
}

Result<std::optional<Expression>> nextval_default(const Translation& translation, const Node* value) {
  if (value->node_case != PG_QUERY__NODE__NODE_FUNC_CALL) return std::optional<Expression>{};
  const auto& call = *value->func_call;
  if (qualified(nodes(call.funcname, call.n_funcname)).name != "nextval" || call.n_args != 1) {
    return std::optional<Expression>{};
  }
  const auto name = named_sequence(call.args[0]);
  if (!translation.catalogue().sequences.contains(name)) {
    return translation.fail("42P01", "relation \"" + name.to_string() + "\" does not exist", call.location);
  }
  return std::optional(next_value(name));
}

void drop_sequence(Translation& translation, const QualifiedName& name) {
  const auto found = translation.catalogue().sequences.find(name);
  if (found == translation.catalogue().sequences.end()) return;
  const bool has_row = rowid_table_of(translation.catalogue(), found->second) == nullptr;
  translation.catalogue().sequences.erase(found);
  if (has_row) translation.emit("DELETE FROM hf_sequences WHERE name = " + quote_literal(name.engine_name()));
}

Result<void> create_sequence(Translation& translation, const PgQuery__CreateSeqStmt& statement) {
  const auto name = qualified(*statement.sequence);
  if (relation_exists(translation.catalogue(), Table{}, name)) {
    if (statement.if_not_exists != 0) return {};
    return translation.fail("42P07", "relation \"" + name.to_string() + "\" already exists",
                            statement.sequence->location);
  }
  HF_TRY(const auto options,
         read_sequence_options(translation, nodes(statement.options, statement.n_options)));
  const Sequence sequence{
      .name = name, .start = options.start.value_or(1), .increment = options.increment.value_or(1)};
  translation.catalogue().sequences.emplace(name, sequence);
  emit_sequence_row(translation, sequence);
  return {};
}

Result<void> alter_sequence(Translation& translation, const PgQuery__AlterSeqStmt& statement) {
  const auto name = qualified(*statement.sequence);
  const auto found = translation.catalogue().sequences.find(name);
  if (found == translation.catalogue().sequences.end()) {
    if (statement.missing_ok != 0) return {};
    return translation.fail("42P01", "relation \"" + name.to_string() + "\" does not exist",
                            statement.sequence->location);
  }
  HF_TRY(const auto options,
         read_sequence_options(translation, nodes(statement.options, statement.n_options)));
  auto& sequence = found->second;
  const auto* counted = rowid_table_of(translation.catalogue(), sequence);
  if (options.start) sequence.start = *options.start;
  if (options.increment && *options.increment != sequence.increment) {
    return translation.refuse(-1, "ALTER SEQUENCE ... INCREMENT",
                              "Give the increment when the sequence is made.");
  }
  if (options.owned_by && options.owned_by->size() >= 2) {
    const auto& parts = *options.owned_by;
    sequence.owner_table = {.schema = parts.size() > 2 ? parts[parts.size() - 3] : "public",
                            .name = parts[parts.size() - 2]};
    sequence.owner_column = parts.back();
  }
  if (!options.restart && !options.restart_at_start) return {};
  const auto last = std::to_string(options.restart.value_or(sequence.start) - sequence.increment);
  if (counted == nullptr) {
    translation.emit("UPDATE hf_sequences SET last = " + last +
                     " WHERE name = " + quote_literal(name.engine_name()));
    return {};
  }
  const auto table = quote_literal(counted->name.engine_name());
  translation.emit("DELETE FROM sqlite_sequence WHERE name = " + table);
  translation.emit("INSERT INTO sqlite_sequence (name, seq) VALUES (" + table + ", " + last + ")");
  return {};
}

}  // namespace holdfast::schema::detail
