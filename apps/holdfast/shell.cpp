#include "shell.hpp"

#include <unistd.h>

#include <cstdio>

#include "base/log.hpp"
#include "progress_display.hpp"

extern char** environ;

namespace holdfast::cli {
namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

int exit_code(const Error& error) {
  for (const char* code : {"HF001", "HF009", "HF010"})
    if (error.code == code) return kUsage;
  for (const char* code : {"HF002", "HF004", "HF019"})
    if (error.code == code) return kRefused;
  return kFailed;
}

int report(const Error& error) {
  std::fprintf(stderr, "error %s: %s\n", error.code.c_str(), error.message.c_str());
  if (!error.details.empty()) std::fprintf(stderr, "  %s\n", error.details.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "  hint: %s\n", error.hint.c_str());
  return exit_code(error);
}

Result<engine::Settings> Shell::settings() const {
  return engine::resolve_settings({.flags = flags, .environment = environment(), .file = config});
}

Result<std::string> Shell::call(const std::string& verb, const std::string& arguments_json) const {
  HF_TRY(const auto resolved, settings());
  // What the rooms log is for servers; a verb says what matters itself.
  base::set_log_level(base::LogLevel::warning);
  ProgressDisplay display(::isatty(STDERR_FILENO) != 0);
  return engine::call_control(resolved, verbs, {.verb = verb, .arguments_json = arguments_json},
                              [&](const engine::Progress& progress) { display.show(progress); });
}

}  // namespace holdfast::cli
