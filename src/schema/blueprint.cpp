#include "schema/blueprint.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <regex>
#include <sstream>

#include "schema/blueprint_yaml.hpp"

namespace holdfast::schema {
namespace {

namespace fs = std::filesystem;
using detail::YamlFile;

Error wrong_file(const fs::path& path, std::string message, std::string hint) {
  return {.code = "HF009", .message = std::move(message), .details = path.string(), .hint = std::move(hint)};
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return wrong_file(path, "cannot be read", "Check the file's permissions.");
  return std::move(text).str();
}

QualifiedName table_name(const std::string& written) {
  const auto dot = written.find('.');
  if (dot == std::string::npos) return {.schema = "public", .name = written};
  return {.schema = written.substr(0, dot), .name = written.substr(dot + 1)};
}

Result<void> read_transition(const YamlFile& file, const YAML::Node& node, StateMachine& machine) {
  HF_CHECK(file.check_keys(node, "a transition", {"from", "to", "roles"}));
  if (!node["from"] || !node["to"]) return file.error(node, "a transition needs from and to");
  HF_TRY(const auto from, file.texts(node["from"], "from"));
  HF_TRY(const auto to, file.texts(node["to"], "to"));
  std::vector<std::string> roles;
  if (node["roles"]) {
    HF_TRY(roles, file.texts(node["roles"], "roles"));
  }
  for (const auto& start : from) {
    for (const auto& end : to) machine.transitions.push_back({.from = start, .to = end, .roles = roles});
  }
  return {};
}

Result<StateMachine> read_states(const YamlFile& file, const YAML::Node& node) {
  HF_CHECK(file.check_keys(node, "states", {"column", "initial", "transitions", "immutable"}));
  StateMachine machine;
  if (!node["column"] || !node["initial"]) return file.error(node, "states needs column and initial");
  HF_TRY(machine.column, file.text(node["column"], "column"));
  HF_TRY(machine.initial, file.texts(node["initial"], "initial"));
  if (node["immutable"]) {
    HF_TRY(machine.immutable, file.texts(node["immutable"], "immutable"));
  }
  if (!node["transitions"]) return machine;
  if (!node["transitions"].IsSequence()) return file.error(node["transitions"], "transitions must be a list");
  for (const auto& transition : node["transitions"]) HF_CHECK(read_transition(file, transition, machine));
  return machine;
}

Result<TableRules> read_table(const YamlFile& file, const YAML::Node& node) {
  HF_CHECK(file.check_keys(node, "a table", {"hidden", "states", "engine"}));
  TableRules rules;
  if (node["hidden"]) {
    HF_TRY(rules.hidden, file.texts(node["hidden"], "hidden"));
  }
  if (node["engine"]) {
    HF_TRY(rules.engine, file.text(node["engine"], "engine"));
    if (rules.engine != "telemetry")
      return file.error(node["engine"], "unknown engine", "The one known is telemetry.");
  }
  if (node["states"]) {
    HF_TRY(auto machine, read_states(file, node["states"]));
    rules.states.push_back(std::move(machine));
  }
  return rules;
}

Result<void> read_yaml(const fs::path& path, Blueprint& blueprint) {
  const YamlFile file(path);
  HF_TRY(const auto root, file.load());
  if (root.IsNull()) return {};
  HF_CHECK(file.check_keys(root, "blueprint.yaml", {"name", "description", "schemas", "tables"}));
  if (root["name"]) {
    HF_TRY(blueprint.name, file.text(root["name"], "name"));
  }
  if (root["description"]) {
    HF_TRY(blueprint.description, file.text(root["description"], "description"));
  }
  if (root["schemas"]) {
    HF_TRY(blueprint.exposed_schemas, file.texts(root["schemas"], "schemas"));
    if (blueprint.exposed_schemas.empty())
      return file.error(root["schemas"], "schemas must name at least one");
  }
  if (!root["tables"]) return {};
  if (!root["tables"].IsMap()) return file.error(root["tables"], "tables must be a mapping");
  for (const auto& entry : root["tables"]) {
    HF_TRY(const auto name, file.text(entry.first, "a table's name"));
    HF_TRY(auto rules, read_table(file, entry.second));
    if (!blueprint.tables.emplace(table_name(name), std::move(rules)).second) {
      return file.error(entry.first, "table \"" + name + "\" stands twice");
    }
  }
  return {};
}

/// `NNN_name.up.sql` taken apart.
struct FileName {
  int number = 0;
  std::string name;
  bool up = false;
};

Result<FileName> read_file_name(const fs::path& path) {
  static const std::regex form(R"((\d{1,9})_([A-Za-z0-9_\-]+)\.(up|down)\.sql)");
  const auto text = path.filename().string();
  std::smatch match;
  if (!std::regex_match(text, match, form)) {
    return wrong_file(path, "is not named like a migration", "Name it NNN_name.up.sql or NNN_name.down.sql.");
  }
  const FileName name{.number = std::stoi(match[1]), .name = match[2], .up = match[3] == "up"};
  if (name.number > 0) return name;
  return wrong_file(path, "migrations are numbered from 1", "Name it 001_name.up.sql.");
}

Result<void> add_file(const fs::path& path, std::map<int, MigrationFile>& found) {
  HF_TRY(const auto parsed, read_file_name(path));
  auto& migration = found[parsed.number];
  const auto& taken = parsed.up ? migration.up_path : migration.down_path;
  if (!taken.empty() || (!migration.name.empty() && migration.name != parsed.name)) {
    return wrong_file(path, "another migration has the number " + std::to_string(parsed.number),
                      "Give each migration a number of its own.");
  }
  migration.number = parsed.number;
  migration.name = parsed.name;
  HF_TRY(auto text, read_file(path));
  (parsed.up ? migration.up_path : migration.down_path) = path;
  (parsed.up ? migration.up_sql : migration.down_sql) = std::move(text);
  return {};
}

Result<void> read_migrations(const fs::path& folder, Blueprint& blueprint) {
  std::error_code failure;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".sql") paths.push_back(entry.path());
  }
  if (failure)
    return wrong_file(folder, "has no migrations: " + failure.message(), "Make the folder migrations/.");
  std::ranges::sort(paths);
  std::map<int, MigrationFile> found;
  for (const auto& path : paths) HF_CHECK(add_file(path, found));
  for (auto& [number, migration] : found) {
    if (migration.up_path.empty()) {
      return wrong_file(migration.down_path, "has no .up.sql beside it",
                        "Write the .up.sql, or delete this file.");
    }
    blueprint.migrations.push_back(std::move(migration));
  }
  return {};
}

}  // namespace

Result<Blueprint> load_blueprint(const std::filesystem::path& folder) {
  Blueprint blueprint;
  blueprint.folder = folder;
  blueprint.name = fs::absolute(folder).lexically_normal().filename().string();
  HF_CHECK(read_migrations(folder / "migrations", blueprint));
  const auto yaml = folder / "blueprint.yaml";
  std::error_code ignored;
  if (fs::exists(yaml, ignored)) HF_CHECK(read_yaml(yaml, blueprint));
  return blueprint;
}

}  // namespace holdfast::schema
