#include "schema/migrations.hpp"

#include <algorithm>

#include "schema/migrations_run.hpp"
#include "schema/migrations_store.hpp"
#include "schema/rules.hpp"
#include "types/codec.hpp"

namespace holdfast::schema {

using detail::AppliedMigration;
using detail::HistoryEntry;

/// What the database says, beside what the blueprint says.
struct Migrator::Standing {
  std::vector<AppliedMigration> applied;
  std::vector<MigrationState> states;
  Catalogue catalogue;

  [[nodiscard]] bool is_applied(int number) const {
    return std::ranges::find(applied, number, &AppliedMigration::number) != applied.end();
  }
  [[nodiscard]] bool is_complete() const { return std::ranges::all_of(states, &MigrationState::applied); }
};

namespace {

std::string iso_time(std::int64_t microseconds) {
  std::string text;
  types::append_json(text, {.kind = types::Kind::timestamptz},
                     {.storage = types::Stored::Storage::integer, .integer = microseconds});
  return text.size() > 2 ? text.substr(1, text.size() - 2) : text;
}

MigrationState applied_state(const Blueprint& blueprint, const AppliedMigration& applied) {
  MigrationState state{.number = applied.number,
                       .name = applied.name,
                       .applied = true,
                       .applied_at = iso_time(applied.applied_at),
                       .has_down = false,
                       .problem = {}};
  const auto file = std::ranges::find(blueprint.migrations, applied.number, &MigrationFile::number);
  if (file == blueprint.migrations.end()) {
    state.problem = "missing";
    return state;
  }
  state.has_down = !file->down_path.empty();
  const bool same = file->name == applied.name && detail::checksum_of(file->up_sql) == applied.checksum;
  if (!same) state.problem = "edited";
  return state;
}

std::vector<MigrationState> compare(const Blueprint& blueprint,
                                    const std::vector<AppliedMigration>& applied) {
  std::vector<MigrationState> states;
  for (const auto& item : applied) states.push_back(applied_state(blueprint, item));
  const int newest = applied.empty() ? 0 : applied.back().number;
  for (const auto& file : blueprint.migrations) {
    if (std::ranges::find(applied, file.number, &AppliedMigration::number) != applied.end()) continue;
    states.push_back({.number = file.number,
                      .name = file.name,
                      .applied = false,
                      .applied_at = {},
                      .has_down = !file.down_path.empty(),
                      .problem = file.number < newest ? "out of order" : ""});
  }
  std::ranges::sort(states, {}, &MigrationState::number);
  return states;
}

/// A file that is due, translated; the catalogue it leads to.
struct DueFile {
  HistoryEntry entry;
  TranslatedScript script;
  std::shared_ptr<const Catalogue> after;
};

Result<DueFile> translate(const Catalogue& before, HistoryEntry entry, const std::string& path) {
  auto after = std::make_shared<Catalogue>(before);
  HF_TRY(auto script, translate_script(*after, path, entry.sql));
  return DueFile{.entry = std::move(entry), .script = std::move(script), .after = std::move(after)};
}

/// All are translated before the first one runs, so that a refusal comes before anything has changed.
Result<std::vector<DueFile>> due_files(const Blueprint& blueprint, const Catalogue& start,
                                       const std::vector<MigrationState>& states, int target) {
  std::vector<DueFile> due;
  const Catalogue* before = &start;
  for (const auto& state : states) {
    if (state.applied || (target != 0 && state.number > target)) continue;
    const auto file = std::ranges::find(blueprint.migrations, state.number, &MigrationFile::number);
    HF_TRY(auto item,
           translate(*before, {.number = file->number, .name = file->name, .up = true, .sql = file->up_sql},
                     file->up_path.string()));
    due.push_back(std::move(item));
    before = due.back().after.get();
  }
  return due;
}

}  // namespace

Migrator::Migrator(sql::Database& database, const Blueprint& blueprint)
    : database_(database), blueprint_(blueprint) {}

Result<Migrator::Standing> Migrator::standing() {
  Standing found;
  std::vector<HistoryEntry> history;
  HF_CHECK(database_.exclusive([&](sql::Connection& connection) -> Result<void> {
    HF_CHECK(detail::prepare_migration_tables(connection));
    HF_TRY(found.applied, detail::read_applied(connection));
    HF_TRY(history, detail::read_history(connection));
    return {};
  }));
  found.states = compare(blueprint_, found.applied);
  HF_TRY(found.catalogue, detail::fold(history));
  return found;
}

Result<void> Migrator::check_standing(const Standing& found) const {
  for (const auto& state : found.states) {
    if (state.problem.empty()) continue;
    return Error{
        .code = "HF004",
        .message = "migration " + std::to_string(state.number) + " (" + state.name + ") is " + state.problem,
        .details = (blueprint_.folder / "migrations").string(),
        .hint = state.problem == "out of order"
                    ? "Give the new file a number above all that are applied."
                    : "Bring the file back as it was applied; write changes as a new migration."};
  }
  return {};
}

Result<void> Migrator::settle_rules(const Standing& found) {
  auto with_rules = std::make_shared<Catalogue>(found.catalogue);
  HF_CHECK(detail::apply_rules_within(
      blueprint_, *with_rules,
      found.is_complete() ? detail::RuleScope::complete : detail::RuleScope::so_far));
  return detail::settle_rule_triggers(database_, with_rules);
}

Result<std::shared_ptr<const Catalogue>> Migrator::load() {
  HF_TRY(const auto found, standing());
  HF_CHECK(settle_rules(found));
  auto catalogue = std::make_shared<Catalogue>(found.catalogue);
  HF_CHECK(detail::apply_rules_within(
      blueprint_, *catalogue, found.is_complete() ? detail::RuleScope::complete : detail::RuleScope::so_far));
  return std::shared_ptr<const Catalogue>(std::move(catalogue));
}

Result<int> Migrator::up(int target, const Progress& progress) {
  HF_TRY(const auto found, standing());
  HF_CHECK(check_standing(found));
  HF_TRY(const auto due, due_files(blueprint_, found.catalogue, found.states, target));
  int ran = 0;
  for (const auto& file : due) {
    const auto state = std::ranges::find(found.states, file.entry.number, &MigrationState::number);
    if (progress) progress(*state, true);
    HF_CHECK(detail::run_file(database_, file.entry, file.script, file.after));
    ++ran;
  }
  HF_TRY(const auto now, standing());
  HF_CHECK(settle_rules(now));
  return ran;
}

Result<int> Migrator::down(int steps, const Progress& progress) {
  int ran = 0;
  for (; ran < steps; ++ran) {
    HF_TRY(const auto found, standing());
    HF_CHECK(check_standing(found));
    if (found.applied.empty()) break;
    const auto newest = found.applied.back().number;
    const auto file = std::ranges::find(blueprint_.migrations, newest, &MigrationFile::number);
    if (file->down_path.empty()) {
      return Error{
          .code = "HF004",
          .message = "migration " + std::to_string(newest) + " (" + file->name + ") has no .down.sql",
          .details = file->up_path.string(),
          .hint = "Write a new migration that undoes it."};
    }
    HF_TRY(const auto due,
           translate(found.catalogue,
                     {.number = file->number, .name = file->name, .up = false, .sql = file->down_sql},
                     file->down_path.string()));
    if (progress) progress(*std::ranges::find(found.states, newest, &MigrationState::number), false);
    HF_CHECK(detail::run_file(database_, due.entry, due.script, due.after));
  }
  HF_TRY(const auto now, standing());
  HF_CHECK(settle_rules(now));
  return ran;
}

Result<std::vector<MigrationState>> Migrator::status() {
  HF_TRY(auto found, standing());
  return std::move(found.states);
}

Result<std::string> Migrator::plan() {
  HF_TRY(const auto found, standing());
  HF_CHECK(check_standing(found));
  HF_TRY(const auto due, due_files(blueprint_, found.catalogue, found.states, 0));
  std::string text;
  for (const auto& file : due) {
    text += "-- " + detail::file_label(file.entry) + "\n";
    if (file.script.rebuilds)
      text += "-- rebuilds a table: foreign keys are off meanwhile and checked before COMMIT\n";
    text += "BEGIN IMMEDIATE;\n";
    for (const auto& statement : file.script.statements) text += statement + ";\n";
    text += "COMMIT;\n";
  }
  return text;
}

}  // namespace holdfast::schema
