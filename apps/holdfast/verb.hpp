#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast::cli {

class Shell;

/// One verb of the command line while it is being declared. It keeps CLI11, whose headers take longer to
/// compile than all verbs together, in one file. What options are bound to must live until the program ends.
class Verb {
 public:
  /// Declares `holdfast NAME`, or a verb below this one.
  Verb below(const std::string& name, const std::string& meaning);

  Verb& option(const std::string& name, std::string& value, const std::string& meaning);
  Verb& required(const std::string& name, std::string& value, const std::string& meaning);
  Verb& flag(const std::string& name, bool& value, const std::string& meaning);
  Verb& argument(const std::string& name, std::string& value, const std::string& meaning);
  Verb& optional_argument(const std::string& name, std::string& value, const std::string& meaning);
  Verb& further_arguments(const std::string& name, std::vector<std::string>& values,
                          const std::string& meaning);

  /// --data, --database-url, --blueprint and --config.
  Verb& common_options(Shell& shell);
  /// A flag for every setting, and --config.
  Verb& all_settings(Shell& shell);

  /// Lines at the end of --help, each an example.
  Verb& examples(const std::vector<std::string>& lines);
  /// What the verb does; gives the exit code.
  Verb& does(Shell& shell, std::function<int()> action);

 private:
  friend int run_command_line(int argc, char** argv);
  explicit Verb(CLI::App& app) : app_(&app) {}
  CLI::App* app_;
};

}  // namespace holdfast::cli
