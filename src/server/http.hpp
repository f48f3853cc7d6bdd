#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.hpp"
#include "base/error.hpp"

namespace holdfast::server {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// A request as the socket's side hands it over: everything owned, percent-encoding untouched.
struct HttpRequest {
  std::string method{};
  std::string target{};   ///< path and query as sent; what an absolute target has before them is taken off
  HttpHeaders headers{};  ///< names in lower case; trailers of a chunked body do not count
  std::string body{};
  std::string remote_address{};  ///< without the port
  std::string request_id{};      ///< set by the front (front.hpp), empty before it
  base::Deadline deadline = base::Deadline::never();

  [[nodiscard]] std::string_view path() const;
  /// Without the `?`; empty when there is none.
  [[nodiscard]] std::string_view query() const;
  /// The first header of this lower-case name; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// A body that comes piece by piece for as long as the client stays: server-sent events. Owned by the answer,
/// then by its connection.
class BodySource {
 public:
  enum class State { waiting, ended };
  virtual ~BodySource() = default;

  /// Appends what there is now, about 64 KiB at most. Called on the connection's thread: at the beginning,
  /// after each wake-up, whenever what was given before has left (so a slow reader is asked less often), and
  /// about once a second (a place for keep-alive comments). `waiting`: call again; `ended`: the answer is
  /// complete.
  virtual State pull(std::string& out) = 0;
  /// Gives what pull() is to be asked for: `wake` may be called from any thread until the source is
  /// destroyed, is cheap, and several calls may lead to one pull. Called once, before the first pull.
  virtual void on_news(std::function<void()> wake) = 0;
  /// The server is ending: the next pull should end the body.
  virtual void drain() = 0;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers{};
  std::string body{};
  /// Where set, it follows `body`, chunked (to HTTP/1.0: until the connection closes), and no Content-Length
  /// goes out.
  std::unique_ptr<BodySource> source{};
  /// Whom it answers, for the access log; not sent. Empty before anybody was known.
  std::string role{};

  /// The first header of this name, in any case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

using HttpDone = std::function<void(HttpResponse)>;

/// Answers a request. `done` is called exactly once, on any thread.
using HttpHandler = std::function<void(HttpRequest, HttpDone done)>;

/// The answer that an error becomes: `{code, message, details, hint}` with the status of its code, and
/// WWW-Authenticate with a 401.
[[nodiscard]] HttpResponse error_answer(const Error& error, bool anonymous = true);

[[nodiscard]] HttpResponse json_answer(std::string json);

/// Takes what stands before `separator` off the front of a header's value, without the blanks around it.
[[nodiscard]] std::string_view take_part(std::string_view& rest, char separator);
/// RFC 9110, 12.4.2: whether a list such as Accept has `name` (lower case) with a weight above 0; nothing
/// where it does not name it.
[[nodiscard]] std::optional<bool> list_takes(std::string_view list, std::string_view name);

/// One `name=value` of a query string, percent-decoded (`+` is a space); empty when there is none.
[[nodiscard]] std::string query_parameter(std::string_view query, std::string_view name);
/// All of them, in order.
[[nodiscard]] std::vector<std::string> query_parameters(std::string_view query, std::string_view name);

}  // namespace holdfast::server
