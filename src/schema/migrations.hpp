#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/blueprint.hpp"
#include "schema/catalogue.hpp"
#include "sql/database.hpp"

namespace holdfast::schema {

struct MigrationState {
  int number = 0;
  std::string name;
  bool applied = false;
  std::string applied_at;  ///< ISO 8601; empty when not applied
  bool has_down = false;
  /// Empty, or why it stands in the way: `edited`, `missing`, `out of order`.
  std::string problem;
};

/// Applies and undoes the migrations of one blueprint on one database. A transaction a file, a lock against
/// two runners, checksums, an append-only history of what ran (hf_migrations); the catalogue is the fold of
/// that history. Killed at any moment, the next run goes on cleanly.
class Migrator {
 public:
  Migrator(sql::Database& database, const Blueprint& blueprint);

  /// The catalogue as the database stands, blueprint rules (hidden columns, state machines) applied.
  Result<std::shared_ptr<const Catalogue>> load();

  /// Called before each file with its number and name.
  using Progress = std::function<void(const MigrationState&, bool up)>;
  /// Everything that is not applied, up to and with `target` (0: all). Returns how many ran. Errors: HF003
  /// before anything changed, HF004, and whatever the engine refuses, with file, line and column in details.
  Result<int> up(int target = 0, const Progress& progress = {});
  /// Undoes the newest `steps`.
  Result<int> down(int steps = 1, const Progress& progress = {});
  /// up() on a throw-away copy of the database file, so that the data is met too; nothing remains.
  Result<int> dry_run(const std::filesystem::path& database_file);
  Result<std::vector<MigrationState>> status();
  /// The SQL that up() would run on this engine, one script a file.
  Result<std::string> plan();
  /// Compares the live database with what the history says it should be; one line a difference.
  Result<std::vector<std::string>> drift();

 private:
  struct Standing;
  Result<Standing> standing();
  Result<void> check_standing(const Standing&) const;
  Result<void> settle_rules(const Standing&);

  sql::Database& database_;
  const Blueprint& blueprint_;
};

/// Translates one file of PostgreSQL DDL for SQLite and folds it into `catalogue`. Errors as Migrator::up.
struct TranslatedScript {
  std::vector<std::string> statements;
  /// `file:line:column` of the PostgreSQL statement behind each of them.
  std::vector<std::string> origins;
  /// True when a table is rebuilt: foreign keys must be off, and checked before COMMIT.
  bool rebuilds = false;
};
Result<TranslatedScript> translate_script(Catalogue& catalogue, std::string_view file,
                                          std::string_view postgres_sql);

}  // namespace holdfast::schema
