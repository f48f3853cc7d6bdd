#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/progress.hpp"
#include "engine/verbs.hpp"

namespace holdfast::engine {

/// What the command line asks for: `migrate.up`, `key.create`, `sql`, `demo`, ... with its arguments as a
/// JSON object. docs/reference/control.md has the verbs and the protocol of the socket.
struct ControlRequest {
  std::string verb;
  std::string arguments_json = "{}";
};

/// Does what a verb asks, in this process. Gives the result as JSON. HF010 for unknown verbs and arguments.
Result<std::string> run_control(Engine& engine, const VerbTable& verbs, const ControlRequest& request,
                                const ProgressSink& progress);

/// Listens on `holdfast.sock` (mode 0600) in the data folder and runs requests of its owner, each on its own
/// joined thread. The destructor lets verbs under way end, then removes the socket. Engine and verbs must
/// outlive it.
class ControlServer {
 public:
  static Result<std::unique_ptr<ControlServer>> start(Engine& engine, const VerbTable& verbs);
  virtual ~ControlServer() = default;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 protected:
  ControlServer() = default;
};

/// From the command line: through the socket when a server runs on the folder, else by opening the engine
/// here (HF002 when another process holds the folder and has no socket).
Result<std::string> call_control(const Settings& settings, const VerbTable& verbs,
                                 const ControlRequest& request, const ProgressSink& progress);

}  // namespace holdfast::engine
