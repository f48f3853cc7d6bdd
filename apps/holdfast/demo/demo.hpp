#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/control.hpp"
#include "engine/engine.hpp"

namespace holdfast::demo {

struct DemoOptions {
  std::string name;                          ///< `dev-portal`
  std::vector<std::filesystem::path> files;  ///< empty: what the machine itself has
};

/// Fills a blueprint with real data. `dev-portal`: Debian's package index; maintainers become developers,
/// packages apps, their versions app_versions. A second run with the same files changes nothing.
///
/// Gives `{developers, apps, versions, unchanged, malformed: [{file, line, message}], seconds,
/// rows_per_second}`; a malformed stanza is reported and the rest goes on. Errors: HF010 for an unknown name
/// or a file that is not there, HF008 when the machine has no index, and what the database says.
Result<std::string> import_demo(engine::Engine& engine, const DemoOptions& options,
                                const engine::ProgressSink& progress);

}  // namespace holdfast::demo
