#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

struct SequenceOptions {
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> increment;
  std::optional<std::int64_t> restart;
  /// RESTART without a number.
  bool restart_at_start = false;
  /// OWNED BY: the table and column.
  std::optional<std::vector<std::string>> owned_by;
};

/// Reads START, INCREMENT, RESTART, OWNED BY; MINVALUE, MAXVALUE and CACHE are accepted where they change
/// nothing. HF003 for CYCLE and for a falling sequence.
Result<SequenceOptions> read_sequence_options(const Translation&, std::span<Node* const> options);

/// Gives a serial or identity column a sequence of its own, named as PostgreSQL names it. It counts in
/// hf_sequences until count_by_rowid() finds something quicker.
void own_new_sequence(Translation&, Table&, Column&, const SequenceOptions&);

/// A sequence that numbers an integer primary key one by one is SQLite's AUTOINCREMENT.
void count_by_rowid(Translation&, Table&);

[[nodiscard]] std::set<QualifiedName> sequence_names(const Catalogue&);

/// What the table needs so that its sequences, other than `known`, count from their starts. Before a rebuild
/// that reads them; a fresh table's rowid exists only afterwards.
void emit_new_sequences(Translation&, const Table&, const std::set<QualifiedName>& known);

/// `nextval('name')` as a default in both languages; none where the expression is anything else.
Result<std::optional<Expression>> nextval_default(const Translation&, const Node* value);

/// Forgets a sequence of the catalogue and its row.
void drop_sequence(Translation&, const QualifiedName&);

Result<void> create_sequence(Translation&, const PgQuery__CreateSeqStmt&);
Result<void> alter_sequence(Translation&, const PgQuery__AlterSeqStmt&);

/// The table whose rowid the sequence numbers; null where it stands in hf_sequences.
[[nodiscard]] const Table* rowid_table_of(const Catalogue&, const Sequence&);

}  // namespace holdfast::schema::detail
