#include "engine/settings.hpp"

#include <cstdio>
#include <memory>

#include "table.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct SettingsOptions {
  bool markdown = false;
  bool environment = false;
};

int print(const SettingsOptions& options) {
  if (options.markdown) {
    std::fputs(engine::settings_markdown().c_str(), stdout);
  } else if (options.environment) {
    std::fputs(engine::settings_environment_file().c_str(), stdout);
  } else {
    Table table{.columns = {"setting", "environment", "default", "what"}, .rows = {}};
    for (const auto& setting : engine::setting_table())
      table.rows.push_back({std::string(setting.name), std::string(setting.environment),
                            std::string(setting.default_text), std::string(setting.meaning)});
    std::fputs(to_text(table).c_str(), stdout);
  }
  return kDone;
}

}  // namespace

void declare_settings(Verb& holdfast, Shell& shell) {
  auto options = std::make_shared<SettingsOptions>();
  holdfast.below("settings", "List every setting")
      .flag("--markdown", options->markdown, "As docs/reference/settings.md")
      .flag("--env", options->environment, "As .env.example")
      .examples({"holdfast settings", "holdfast settings --env > .env"})
      .does(shell, [options] { return print(*options); });
}

}  // namespace holdfast::cli
