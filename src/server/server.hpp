#pragma once

#include <memory>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace holdfast::server {

/// Serves an engine over HTTP until SIGTERM or SIGINT, then drains: no new connections, requests under way
/// are answered (at most drain_timeout), everything is joined.
class Server {
 public:
  /// Binds the listening socket. Errors: HF001 for a wrong address, 58030 when it cannot be bound.
  static Result<std::unique_ptr<Server>> listen(engine::Engine& engine);
  virtual ~Server() = default;

  /// Blocks until stopped. Call once.
  virtual void run() = 0;
  /// Any thread, signal handlers not.
  virtual void stop() = 0;
  /// `127.0.0.1:8420`, with the port the system chose where 0 was asked for.
  [[nodiscard]] virtual std::string address() const = 0;
};

}  // namespace holdfast::server
