#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "server/http.hpp"

namespace holdfast::server {

/// What a line of the access log tells of one request.
struct AccessEntry {
  std::string id;
  std::string method;
  std::string target;  ///< path and query
  std::string remote;
  std::string user_agent;
  std::string role;
  int status = 0;
  std::size_t bytes = 0;  ///< of the body as it was sent
  std::chrono::nanoseconds spent{};
};

/// One JSON object. Values of query parameters that are or may be secrets read `[hidden]`.
[[nodiscard]] std::string access_line(const AccessEntry& entry);

/// The query with what looks like a secret hidden: by the parameter's name, or by a name inside of its value,
/// as `or=(token.eq.x)` has.
[[nodiscard]] std::string without_secrets(std::string_view query);

}  // namespace holdfast::server
