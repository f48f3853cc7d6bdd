#include <charconv>
#include <cstdio>
#include <memory>

#include "json.hpp"
#include "new_migration.hpp"
#include "table.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct MigrateOptions {
  std::string target = "0";
  std::string steps = "1";
  std::string name;
  bool dry_run = false;
  bool json = false;
};

/// Of a text that must be a whole number; -1 for another.
long long whole_number(const std::string& text) {
  long long number = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size() ? number : -1;
}

/// The arguments of a verb with the folder that --blueprint means, so that a server on another one refuses.
Result<Arguments> arguments(const Shell& shell) {
  Arguments made;
  HF_TRY(const auto settings, shell.settings());
  if (!settings.database_url.empty()) return made;
  HF_TRY(const auto folder, engine::find_blueprint(settings.blueprint));
  made.text("blueprint", std::filesystem::absolute(folder).string());
  return made;
}

/// Asks for `verb` and prints what `print` makes of the answer, or the answer itself with --json.
template <class Print>
int ask(const Shell& shell, const std::string& verb, const Result<Arguments>& given, bool json,
        Print&& print) {
  if (!given.ok()) return report(given.error());
  const auto result = shell.call(verb, given->json());
  if (!result.ok()) return report(result.error());
  const Json answer = Json::parse(*result);
  if (json) std::printf("%s\n", result->c_str());
  return print(answer, json);
}

int print_names(const Json& names, const char* done, const char* nothing, bool json) {
  if (json) return kDone;
  for (const auto& name : names.items) std::printf("%s %s\n", done, name.text.c_str());
  if (names.items.empty()) std::printf("%s\n", nothing);
  return kDone;
}

int up(const Shell& shell, const MigrateOptions& options) {
  auto given = arguments(shell);
  if (given.ok()) given->number("target", whole_number(options.target)).flag("dry_run", options.dry_run);
  if (whole_number(options.target) < 0)
    return report({.code = "HF010", .message = "--target must be the number of a migration"});
  return ask(shell, "migrate.up", given, options.json, [&](const Json& answer, bool json) {
    if (!options.dry_run) return print_names(answer["applied"], "applied", "nothing to apply", json);
    if (!json)
      std::printf("%s migrations would be applied; nothing was changed\n",
                  answer["would_apply"].text.c_str());
    return static_cast<int>(kDone);
  });
}

int down(const Shell& shell, const MigrateOptions& options) {
  if (whole_number(options.steps) < 1)
    return report({.code = "HF010", .message = "--steps must be a whole number of at least 1"});
  auto given = arguments(shell);
  if (given.ok()) given->number("steps", whole_number(options.steps));
  return ask(shell, "migrate.down", given, options.json, [](const Json& answer, bool json) {
    return print_names(answer["undone"], "undone", "nothing to undo", json);
  });
}

int redo(const Shell& shell, const MigrateOptions& options) {
  return ask(shell, "migrate.redo", arguments(shell), options.json, [](const Json& answer, bool json) {
    return print_names(answer["redone"], "redone", "nothing to redo", json);
  });
}

int status(const Shell& shell, const MigrateOptions& options) {
  return ask(shell, "migrate.status", arguments(shell), options.json, [](const Json& answer, bool json) {
    if (json) return kDone;
    Table table{.columns = {"number", "name", "applied_at", "has_down", "problem"}, .rows = {}};
    for (const auto& migration : answer["migrations"].items) {
      auto& row = table.rows.emplace_back();
      for (const auto& column : table.columns) row.emplace_back(migration[column].text);
    }
    std::printf("%s%s pending\n", to_text(table).c_str(), answer["pending"].text.c_str());
    return kDone;
  });
}

int plan(const Shell& shell, const MigrateOptions& options) {
  return ask(shell, "migrate.plan", arguments(shell), options.json, [](const Json& answer, bool json) {
    if (!json) std::printf("%s\n", answer["sql"].text.c_str());
    return kDone;
  });
}

int verify(const Shell& shell, const MigrateOptions& options) {
  return ask(shell, "migrate.verify", arguments(shell), options.json, [](const Json& answer, bool json) {
    const auto& differences = answer["differences"].items;
    if (!json) {
      for (const auto& difference : differences) std::printf("%s\n", difference.text.c_str());
      if (differences.empty()) std::printf("the database is as its migrations made it\n");
    }
    return differences.empty() ? kDone : kFoundWrong;
  });
}

int make_new(const Shell& shell, const MigrateOptions& options) {
  const auto settings = shell.settings();
  if (!settings.ok()) return report(settings.error());
  const auto folder = engine::find_blueprint(settings->blueprint);
  if (!folder.ok()) return report(folder.error());
  const auto files = write_new_migration(*folder, options.name);
  if (!files.ok()) return report(files.error());
  for (const auto& file : *files) std::printf("%s\n", file.c_str());
  return kDone;
}

using Action = int (*)(const Shell&, const MigrateOptions&);

}  // namespace

void declare_migrate(Verb& holdfast, Shell& shell) {
  auto options = std::make_shared<MigrateOptions>();
  Verb migrate = holdfast.below("migrate", "Apply, undo and look at the migrations of the blueprint");
  const auto declare = [&](const char* name, const char* meaning, Action action) {
    Verb verb = migrate.below(name, meaning);
    verb.common_options(shell).does(shell, [&shell, options, action] { return action(shell, *options); });
    return verb;
  };
  const auto with_json = [&](Verb verb) {
    return verb.flag("--json", options->json, "Print the answer as JSON");
  };

  with_json(declare("up", "Apply what is not applied, a transaction a file", up))
      .option("--target", options->target, "Stop after this number; 0: apply all")
      .flag("--dry-run", options->dry_run, "Try it on a copy of the data; change nothing")
      .examples({"holdfast migrate up", "holdfast migrate up --dry-run", "holdfast migrate up --target 3"});
  with_json(declare("down", "Undo the newest", down))
      .option("--steps", options->steps, "How many")
      .examples({"holdfast migrate down", "holdfast migrate down --steps 2"});
  with_json(declare("redo", "Undo the newest and apply it again", redo)).examples({"holdfast migrate redo"});
  with_json(declare("status", "What is applied and what is not", status))
      .examples({"holdfast migrate status --json"});
  with_json(declare("plan", "Print the SQL that `up` would run on this engine", plan))
      .examples({"holdfast migrate plan > plan.sql"});
  with_json(declare("verify",
                    "Compare the database with what its migrations made; exit code 4 when it differs",
                    verify))
      .examples({"holdfast migrate verify"});
  declare("new", "Write the two files of the next migration", make_new)
      .argument("NAME", options->name, "Lower-case words with underscores: add_ratings")
      .examples({"holdfast migrate new add_ratings --blueprint ./my-blueprint"});
}

}  // namespace holdfast::cli
