#include <algorithm>
#include <memory>

#include "base/json_writer.hpp"
#include "engine/data_folder.hpp"
#include "engine/detail/builtin_verbs.hpp"
#include "engine/run_migrations.hpp"

namespace holdfast::engine::detail {
namespace {

using Names = std::vector<std::string>;

std::string names_json(std::string_view key, const Names& names) {
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key(key).begin_array();
  for (const auto& name : names) writer.string(name);
  writer.end_array().end_object();
  return json;
}

/// A migrator that works from the files as they are now, not as they were when the engine opened.
class FreshMigrator {
 public:
  /// `arguments` may name the folder of the blueprint that the caller means: a server that runs another one
  /// refuses with HF010.
  static Result<std::unique_ptr<FreshMigrator>> read(Engine& engine, const VerbArguments& arguments) {
    const auto& folder = engine.blueprint().folder;
    HF_TRY(const auto meant, arguments.text_or("blueprint", folder.string()));
    std::error_code ignored;
    if (!std::filesystem::equivalent(folder, meant, ignored))
      return Error{.code = "HF010",
                   .message = "the server on this data folder runs the blueprint " + folder.string() +
                              ", not " + meant,
                   .hint = "Give it with --blueprint, or stop the server."};
    HF_TRY(auto blueprint, schema::load_blueprint(folder));
    return std::make_unique<FreshMigrator>(engine.database(), std::move(blueprint));
  }
  FreshMigrator(sql::Database& database, schema::Blueprint blueprint)
      : blueprint_(std::move(blueprint)), migrator_(database, blueprint_) {}
  schema::Migrator* operator->() { return &migrator_; }
  schema::Migrator& operator*() { return migrator_; }

 private:
  schema::Blueprint blueprint_;
  schema::Migrator migrator_;
};

Result<Names> migrate(Engine& engine, FreshMigrator& migrator, std::uint64_t total,
                      const ProgressSink& progress, const MigrationChange& change) {
  std::uint64_t done = 0;
  const auto report = [&](const schema::MigrationState& state, bool up) {
    progress({.what = (up ? "up " : "down ") + file_name_of(state), .done = done++, .total = total});
  };
  return run_migrations(engine, *migrator, change, report);
}

Result<std::string> dry_run(Engine& engine, FreshMigrator& migrator) {
  HF_TRY(const int count, migrator->dry_run(database_file(engine.settings().data_folder)));
  std::string json;
  base::JsonWriter(json).begin_object().key("would_apply").integer(count).end_object();
  return json;
}

Result<std::string> up(Engine& engine, const VerbArguments& arguments, const ProgressSink& progress) {
  HF_CHECK(arguments.allow({"blueprint", "target", "dry_run"}));
  HF_TRY(const auto target, arguments.integer_or("target", 0));
  HF_TRY(const bool dry, arguments.flag("dry_run"));
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  if (dry) return dry_run(engine, *migrator);
  HF_TRY(const auto states, (*migrator)->status());
  std::uint64_t pending = 0;
  for (const auto& state : states)
    pending += !state.applied && (target == 0 || state.number <= target) ? 1U : 0U;
  HF_TRY(const Names names,
         migrate(engine, *migrator, pending, progress, [&](schema::Migrator& on, const auto& report) {
           return on.up(static_cast<int>(target), report);
         }));
  return names_json("applied", names);
}

Result<std::string> down(Engine& engine, const VerbArguments& arguments, const ProgressSink& progress) {
  HF_CHECK(arguments.allow({"blueprint", "steps"}));
  HF_TRY(const auto steps, arguments.integer_or("steps", 1));
  if (steps < 1) return Error{.code = "HF010", .message = "steps must be at least 1"};
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  HF_TRY(const Names names, migrate(engine, *migrator, static_cast<std::uint64_t>(steps), progress,
                                    [&](schema::Migrator& on, const auto& report) {
                                      return on.down(static_cast<int>(steps), report);
                                    }));
  return names_json("undone", names);
}

Result<std::string> redo(Engine& engine, const VerbArguments& arguments, const ProgressSink& progress) {
  HF_CHECK(arguments.allow({"blueprint"}));
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  HF_TRY(const auto states, (*migrator)->status());
  int newest = 0;
  for (const auto& state : states) newest = state.applied ? std::max(newest, state.number) : newest;
  if (newest == 0) return Error{.code = "HF010", .message = "no migration was applied yet"};
  const auto down_and_up = [&](schema::Migrator& on, const auto& report) -> Result<int> {
    HF_CHECK(on.down(1, report));
    return on.up(newest, report);
  };
  HF_TRY(const Names names, migrate(engine, *migrator, 2, progress, down_and_up));
  return names_json("redone", names.size() > 1 ? Names{names.back()} : names);
}

void write_state(base::JsonWriter& writer, const schema::MigrationState& state) {
  writer.begin_object().key("number").integer(state.number).key("name").string(state.name);
  writer.key("applied").boolean(state.applied).key("applied_at");
  state.applied_at.empty() ? writer.null() : writer.string(state.applied_at);
  writer.key("has_down").boolean(state.has_down).key("problem");
  state.problem.empty() ? writer.null() : writer.string(state.problem);
  writer.end_object();
}

Result<std::string> status(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"blueprint"}));
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  HF_TRY(const auto states, (*migrator)->status());
  std::int64_t pending = 0;
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key("blueprint").string(engine.blueprint().name).key("migrations").begin_array();
  for (const auto& state : states) {
    write_state(writer, state);
    pending += state.applied ? 0 : 1;
  }
  writer.end_array().key("pending").integer(pending).end_object();
  return json;
}

Result<std::string> plan(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"blueprint"}));
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  HF_TRY(const std::string sql, (*migrator)->plan());
  std::string json;
  base::JsonWriter(json).begin_object().key("sql").string(sql).end_object();
  return json;
}

Result<std::string> verify(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"blueprint"}));
  HF_TRY(const auto migrator, FreshMigrator::read(engine, arguments));
  HF_TRY(const auto states, (*migrator)->status());
  HF_TRY(Names differences, (*migrator)->drift());
  for (const auto& state : states)
    if (!state.problem.empty())
      differences.push_back("migration " + file_name_of(state) + ": " + state.problem);
  return names_json("differences", differences);
}

}  // namespace

void add_migrate_verbs(VerbTable& table) {
  table.add("migrate.up", up);
  table.add("migrate.down", down);
  table.add("migrate.redo", redo);
  table.add("migrate.status", status);
  table.add("migrate.plan", plan);
  table.add("migrate.verify", verify);
}

}  // namespace holdfast::engine::detail
