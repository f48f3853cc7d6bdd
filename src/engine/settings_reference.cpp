#include "engine/settings.hpp"

namespace holdfast::engine {
namespace {

std::string code(std::string_view text) { return text.empty() ? "" : "`" + std::string(text) + "`"; }

}  // namespace

std::string settings_markdown() {
  std::string page =
      "# Settings\n\n"
      "Made by `holdfast settings --markdown` from the table in `src/engine/setting_table.cpp`; do not "
      "edit.\n\n"
      "A flag wins over the environment, the environment over `holdfast.yaml` (in the working directory, or "
      "the\n"
      "file that `--config` names), and that over the default. An unknown or wrong setting is an error "
      "(HF001)\n"
      "that names its file and line. Sizes take `KiB`, `MiB`, `GiB`; times take `ms`, `s`, `m`, `h`, `d`.\n"
      "Relative paths start at the working directory. Every verb takes `--data`, `--database-url`, "
      "`--blueprint`\n"
      "and `--config`; `serve` takes every flag.\n\n"
      "| `holdfast.yaml` | environment | flag | default | what |\n"
      "|---|---|---|---|---|\n";
  for (const auto& setting : setting_table()) {
    page += "| " + code(setting.name) + " | " + code(setting.environment) + " | " + code(setting.flag()) +
            " | " + code(setting.default_text) + " | " + std::string(setting.meaning) + " |\n";
  }
  return page;
}

std::string settings_environment_file() {
  std::string file =
      "# Settings as environment variables, with their defaults. Made by `holdfast settings --env`; do not "
      "edit.\n"
      "# Every setting: docs/reference/settings.md\n";
  for (const auto& setting : setting_table()) {
    file += "\n# " + std::string(setting.meaning) + "\n#" + std::string(setting.environment) + "=" +
            std::string(setting.default_text) + "\n";
  }
  return file;
}

}  // namespace holdfast::engine
