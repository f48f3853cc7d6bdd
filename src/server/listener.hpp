#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/http.hpp"
#include "server/request_parser.hpp"

namespace holdfast::server {

struct ListenOptions {
  std::string address = "127.0.0.1:0";  ///< `ADDR:PORT`, `[v6]:PORT`; port 0: the system chooses
  int threads = 2;
  ParseLimits limits{};
  std::size_t max_connections = 10'000;
  std::chrono::milliseconds idle_timeout{60'000};     ///< between two requests: closed without a word
  std::chrono::milliseconds header_timeout{10'000};   ///< from the first byte to the empty line: 408
  std::chrono::milliseconds request_timeout{30'000};  ///< body: 408; the handler's deadline; an answer unread
  std::chrono::milliseconds drain_timeout{10'000};
  /// While draining, how long a quiet connection may still send one request and be told that this is the end.
  std::chrono::milliseconds drain_grace{250};
  bool stop_on_signals = false;  ///< SIGTERM, SIGINT; a second one ends without waiting
};

/// HTTP over TCP sockets. A connection belongs to one of the threads for life, and the handler is called
/// there; a handler that blocks holds up the connections of its thread. Answers may come from any thread.
class Listener {
 public:
  /// Binds. Errors: HF001 for a wrong address, 58030 when it cannot be bound.
  static Result<std::unique_ptr<Listener>> bind(const ListenOptions& options, HttpHandler handler);
  virtual ~Listener() = default;

  /// Serves on this thread and the others until stopped: then no new connections, requests under way are
  /// answered (at most drain_timeout), threads are joined. Call once.
  virtual void run() = 0;
  /// Any thread; not from a signal handler.
  virtual void stop() = 0;
  [[nodiscard]] virtual bool draining() const = 0;
  [[nodiscard]] virtual std::size_t connections() const = 0;
  /// With the port that the system chose.
  [[nodiscard]] virtual std::string address() const = 0;

 protected:
  Listener() = default;
};

}  // namespace holdfast::server
