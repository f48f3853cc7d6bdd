#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace holdfast::engine {

/// What a verb of the command line asks for: `migrate.up`, `key.create`, `sql`, `demo`, ... with its
/// arguments as a JSON object. One line of JSON a request and one a reply on the socket:
/// docs/reference/control.md.
struct ControlRequest {
  std::string verb;
  std::string arguments_json = "{}";
};

/// Progress of long work: what, how much of how much (0: unknown).
struct Progress {
  std::string what;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
using ProgressSink = std::function<void(const Progress&)>;

/// Does what a verb asks, in this process. Gives the result as JSON. HF010 for unknown verbs and arguments.
Result<std::string> run_control(Engine& engine, const ControlRequest& request, const ProgressSink& progress);

/// Listens on `holdfast.sock` (mode 0600) in the data folder and runs requests, each on its own joined
/// thread.
class ControlServer {
 public:
  static Result<std::unique_ptr<ControlServer>> start(Engine& engine);
  virtual ~ControlServer() = default;
};

/// From the command line: through the socket when a server runs on the folder, else by opening the engine
/// here.
Result<std::string> call_control(const Settings& settings, const ControlRequest& request,
                                 const ProgressSink& progress);

}  // namespace holdfast::engine
