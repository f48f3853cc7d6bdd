#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.hpp"

namespace holdfast::server {

/// A request as the socket's side hands it over: everything owned, percent-encoding untouched.
struct HttpRequest {
  std::string method;
  std::string target;                                        ///< path and query as sent
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::string remote_address;
  std::string request_id;
  base::Deadline deadline = base::Deadline::never();

  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string_view query() const;
  /// The first header of this lower-case name; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Answers a request. `done` is called exactly once, on any thread.
using HttpHandler = std::function<void(HttpRequest, std::function<void(HttpResponse)> done)>;

}  // namespace holdfast::server
