#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "server/http.hpp"

namespace holdfast::server {

/// Which pages of other origins may use the API: https://fetch.spec.whatwg.org/#http-cors-protocol
class CorsPolicy {
 public:
  /// One `*`: any origin.
  CorsPolicy(std::vector<std::string> origins, bool credentials, std::chrono::seconds max_age);

  [[nodiscard]] static bool is_preflight(const HttpRequest& request);
  [[nodiscard]] HttpResponse preflight_answer(const HttpRequest& request) const;
  /// Lets a page of `origin` read the answer, where it may.
  void allow(std::string_view origin, HttpResponse& response) const;

 private:
  [[nodiscard]] bool allows(std::string_view origin) const;
  void add_origin(std::string_view origin, HttpHeaders& headers) const;

  std::vector<std::string> origins_;
  bool any_;
  bool credentials_;
  std::chrono::seconds max_age_;
};

}  // namespace holdfast::server
