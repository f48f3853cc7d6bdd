#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "schema/functions_call.hpp"

// Sequences count in hf_sequences, except those of serial and identity primary keys, which are SQLite's
// AUTOINCREMENT: there the last number stands in sqlite_sequence, under the table's name.
namespace holdfast::schema::functions {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Where a sequence's last number stands.
struct Counter {
  bool by_rowid = false;
  std::string key;
};

const Sequence* find_sequence(const Catalogue& catalogue, std::string_view name) {
  constexpr std::string_view kPublic = "public.";
  if (name.starts_with(kPublic)) name.remove_prefix(kPublic.size());
  const auto found = std::ranges::find_if(catalogue.sequences, [&](const auto& entry) {
    return entry.first.engine_name() == name || entry.first.to_string() == name;
  });
  return found == catalogue.sequences.end() ? nullptr : &found->second;
}

Result<Counter> counter_of(const Call& call, std::string_view name) {
  const auto& catalogue = *call.environment().catalogue;
  const auto* sequence = find_sequence(catalogue, name);
  if (sequence == nullptr) return failure("42P01", "relation \"" + std::string(name) + "\" does not exist");
  const auto* table = catalogue.find_table(sequence->owner_table);
  const auto* column = table == nullptr ? nullptr : table->find_column(sequence->owner_column);
  // A column that counts by rowid has a sequence and no default.
  const bool by_rowid =
      column != nullptr && !column->default_value && column->sequence == sequence->name.engine_name();
  return Counter{.by_rowid = by_rowid,
                 .key = by_rowid ? table->name.engine_name() : sequence->name.engine_name()};
}

/// Runs a statement of one row; the row's first column, or nothing where there was none.
Result<std::optional<std::int64_t>> run(Call& call, const char* sql, std::string_view key,
                                        std::int64_t value) {
  auto* connection = sqlite3_context_db_handle(call.context());
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(connection, sql, -1, &raw, nullptr);
  const Prepared statement(raw);
  if (statement == nullptr) return failure("XX000", sqlite3_errmsg(connection));
  sqlite3_bind_text(raw, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
  if (sqlite3_bind_parameter_count(raw) > 1) sqlite3_bind_int64(raw, 2, value);
  const int outcome = sqlite3_step(raw);
  if (outcome == SQLITE_DONE) return std::optional<std::int64_t>{};
  if (outcome != SQLITE_ROW) return failure("XX000", sqlite3_errmsg(connection));
  const std::int64_t answer = sqlite3_column_int64(raw, 0);
  sqlite3_step(raw);  // RETURNING has changed the row only once the statement is done
  return std::optional<std::int64_t>(answer);
}

constexpr char kNext[] = "UPDATE hf_sequences SET last = last + increment WHERE name = ?1 RETURNING last";
constexpr char kNextRowid[] = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = ?1 RETURNING seq";
constexpr char kSet[] = "UPDATE hf_sequences SET last = ?2 WHERE name = ?1 RETURNING last";
constexpr char kSetRowid[] = "UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 RETURNING seq";
constexpr char kBeginRowid[] = "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2) RETURNING seq";

Result<void> nextval(Call& call) {
  HF_TRY(const auto counter, counter_of(call, call.text(0)));
  HF_TRY(auto next, run(call, counter.by_rowid ? kNextRowid : kNext, counter.key, 0));
  if (!next && counter.by_rowid) {
    HF_TRY(next, run(call, kBeginRowid, counter.key, 1));
  }
  if (!next) return failure("42P01", "relation \"" + std::string(call.text(0)) + "\" does not exist");
  call.reply(*next);
  return {};
}

/// setval(name, value [, is_called]): not called means that the value itself comes next.
Result<void> setval(Call& call) {
  HF_TRY(const auto counter, counter_of(call, call.text(0)));
  const auto* sequence = find_sequence(*call.environment().catalogue, call.text(0));
  const bool is_called = call.count() < 3 || call.integer(2) != 0;
  const auto last = call.integer(1) - (is_called ? 0 : sequence->increment);
  HF_TRY(const auto set, run(call, counter.by_rowid ? kSetRowid : kSet, counter.key, last));
  if (!set && counter.by_rowid) {
    HF_TRY(const auto begun, run(call, kBeginRowid, counter.key, last));
    if (!begun) return failure("XX000", "the sequence could not be set");
  }
  call.reply(call.integer(1));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_nextval", 1, nextval, Nulls::strict, Stability::varying},
    Function{"pg_setval", 2, setval, Nulls::strict, Stability::varying},
    Function{"pg_setval", 3, setval, Nulls::strict, Stability::varying},
};

}  // namespace

std::span<const Function> sequence_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
