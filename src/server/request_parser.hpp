#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "server/http.hpp"

namespace holdfast::server {

struct ParseLimits {
  std::size_t header_bytes = 16U << 10U;  ///< request line and headers; beyond: HF017 (431)
  std::size_t target_bytes = 8U << 10U;   ///< beyond: HF016 (414)
  std::size_t body_bytes = 16U << 20U;    ///< beyond: HF006 (413)
};

/// Reads HTTP/1.0 and 1.1 requests off a stream of bytes, one after another; no sockets. Whatever two
/// programs could read in two ways is refused with HF014: Content-Length beside Transfer-Encoding, lengths
/// that differ, an encoding other than `chunked`, several or no Host headers.
class RequestParser {
 public:
  enum class State { header, body, complete, failed };

  explicit RequestParser(ParseLimits limits);
  ~RequestParser();

  /// Takes bytes and says how many it used; the others must be offered again, with more behind them.
  std::size_t feed(std::string_view bytes);
  [[nodiscard]] State state() const;
  /// Whether anything of a request has been taken.
  [[nodiscard]] bool started() const;
  /// Why it failed. The stream cannot be read on.
  [[nodiscard]] const Error& error() const;

  /// Once a header was read: whether the client waits for `100 Continue` before it sends the body.
  [[nodiscard]] bool expects_continue() const;
  /// Once complete: whether the client wants the connection kept.
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool is_http_1_0() const;

  /// Memory that the request's body has so far.
  [[nodiscard]] std::size_t body_bytes() const;
  /// Once complete: gives the request and begins with the next one.
  HttpRequest take();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
  ParseLimits limits_;
  /// A plain request, read without the machine, and whether there is one.
  HttpRequest request_{};
  bool plain_ = false;
};

}  // namespace holdfast::server
