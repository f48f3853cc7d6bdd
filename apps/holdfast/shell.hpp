#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "engine/control.hpp"
#include "engine/settings.hpp"

namespace holdfast::cli {

/// Exit codes: docs/reference/cli.md.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,      ///< the command line, a setting or a file of the blueprint is wrong
  kRefused = 3,    ///< the folder is in use, or migrations stand in the way
  kFoundWrong = 4  ///< doctor or verify looked, and found something wrong
};
[[nodiscard]] int exit_code(const Error& error);

/// `error CODE: message`, details and hint on standard error. Gives the exit code.
int report(const Error& error);

/// What all verbs share: the common options as they were given, and the way to the engine.
class Shell {
 public:
  Result<engine::Settings> settings() const;
  /// Has a verb done by the server that runs on the folder, or else here, and shows its progress.
  Result<std::string> call(const std::string& verb, const std::string& arguments_json) const;

  engine::VerbTable verbs;
  std::map<std::string, std::string> flags;  ///< name of the setting -> text
  std::optional<std::filesystem::path> config;
  std::function<int()> action;  ///< of the verb that was asked for
};

}  // namespace holdfast::cli
