#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "verbs.hpp"

namespace holdfast::cli {

Verb Verb::below(const std::string& name, const std::string& meaning) {
  app_->require_subcommand(1);
  return Verb(*app_->add_subcommand(name, meaning));
}

Verb& Verb::option(const std::string& name, std::string& value, const std::string& meaning) {
  app_->add_option(name, value, meaning)->capture_default_str();
  return *this;
}

Verb& Verb::required(const std::string& name, std::string& value, const std::string& meaning) {
  app_->add_option(name, value, meaning)->required();
  return *this;
}

Verb& Verb::flag(const std::string& name, bool& value, const std::string& meaning) {
  app_->add_flag(name, value, meaning);
  return *this;
}

Verb& Verb::argument(const std::string& name, std::string& value, const std::string& meaning) {
  app_->add_option(name, value, meaning)->required();
  return *this;
}

Verb& Verb::optional_argument(const std::string& name, std::string& value, const std::string& meaning) {
  app_->add_option(name, value, meaning);
  return *this;
}

Verb& Verb::further_arguments(const std::string& name, std::vector<std::string>& values,
                              const std::string& meaning) {
  app_->add_option(name, values, meaning);
  return *this;
}

namespace {

void add_setting(CLI::App& app, Shell& shell, const engine::SettingInfo& setting) {
  const std::string name(setting.name);
  std::string meaning(setting.meaning);
  if (!setting.default_text.empty()) meaning += " Default: " + std::string(setting.default_text) + ".";
  meaning += " (" + std::string(setting.environment) + ")";
  app.add_option_function<std::string>(
         setting.flag(), [&shell, name](const std::string& text) { shell.flags[name] = text; }, meaning)
      ->type_name("")
      ->group("Settings");
}

void add_config(CLI::App& app, Shell& shell) {
  app.add_option_function<std::string>(
         "--config", [&shell](const std::string& file) { shell.config = file; },
         "File of settings. Default: holdfast.yaml, where it is there.")
      ->type_name("FILE")
      ->group("Settings");
}

bool is_common(std::string_view name) {
  return name == "data" || name == "database_url" || name == "blueprint";
}

}  // namespace

Verb& Verb::common_options(Shell& shell) {
  for (const auto& setting : engine::setting_table())
    if (is_common(setting.name)) add_setting(*app_, shell, setting);
  add_config(*app_, shell);
  return *this;
}

Verb& Verb::all_settings(Shell& shell) {
  for (const auto& setting : engine::setting_table()) add_setting(*app_, shell, setting);
  add_config(*app_, shell);
  return *this;
}

Verb& Verb::examples(const std::vector<std::string>& lines) {
  std::string footer = "\nExamples:";
  for (const auto& line : lines) footer += "\n  " + line;
  app_->footer(footer);
  return *this;
}

Verb& Verb::does(Shell& shell, std::function<int()> action) {
  app_->callback([&shell, action = std::move(action)] { shell.action = action; });
  return *this;
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Holdfast: PostgreSQL migrations in, a durable data layer with a REST API out.", "holdfast");
  app.set_help_all_flag("--help-all", "Help of every verb");
  app.footer(
      "\nExit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 refused (folder in use, migrations "
      "pending),\n"
      "4 looked and found something wrong. docs/reference/cli.md says more.");
  Shell shell;
  Verb holdfast(app);
  for (const auto declare : {declare_serve, declare_migrate, declare_sql, declare_key, declare_token,
                             declare_demo, declare_doctor, declare_bench, declare_settings, declare_version})
    declare(holdfast, shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    return report({.code = "HF010", .message = wrong.what(), .hint = "Add --help to see how it is used."});
  }
  return shell.action();
}

}  // namespace holdfast::cli
