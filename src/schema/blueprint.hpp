#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::schema {

/// One `NNN_name.up.sql` with its `.down.sql`.
struct MigrationFile {
  int number = 0;
  std::string name;
  std::filesystem::path up_path;
  std::string up_sql;
  std::filesystem::path down_path;  ///< empty without one
  std::string down_sql;
};

/// What blueprint.yaml says of one table. Keys: docs/reference/blueprint.md.
struct TableRules {
  std::vector<std::string> hidden;
  std::vector<StateMachine> states;  ///< none or one
  std::string engine;                ///< empty or `telemetry`
};

/// A folder with `migrations/` and an optional `blueprint.yaml`.
struct Blueprint {
  std::filesystem::path folder;
  std::string name;
  std::string description;
  std::vector<MigrationFile> migrations;  ///< by number
  std::map<QualifiedName, TableRules> tables;
  /// Schemas that the REST API serves; the first is the default.
  std::vector<std::string> exposed_schemas{"public"};
};

/// Reads a blueprint. Errors: HF009 with file and line: unknown or wrong key, two files with one number, a
/// name that is not NNN_name.up.sql, a .down.sql without its .up.sql.
Result<Blueprint> load_blueprint(const std::filesystem::path& folder);

/// Marks hidden columns and state machines in the catalogue. HF009 where a rule names a table or column that
/// the migrations do not declare.
Result<void> apply_rules(const Blueprint& blueprint, Catalogue& catalogue);

}  // namespace holdfast::schema
