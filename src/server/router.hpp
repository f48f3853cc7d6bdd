#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "server/http.hpp"

namespace holdfast::server {

/// What is mounted where. Filled before the server runs, read by any thread afterwards.
class Router {
 public:
  /// Exactly this path, with these methods; HEAD comes with GET. Others are answered with HF018.
  void at(std::string path, std::initializer_list<std::string_view> methods, HttpHandler handler);
  /// This path and all below it, with any method.
  void under(std::string prefix, HttpHandler handler);

  /// The exact path first, then the longest prefix; HF008 where nothing is mounted.
  void handle(HttpRequest request, HttpDone done) const;

 private:
  struct Route {
    std::string path;
    bool exact = true;
    std::vector<std::string_view> methods;
    HttpHandler handler;
  };
  [[nodiscard]] const Route* find(std::string_view path) const;

  std::vector<Route> routes_;
};

}  // namespace holdfast::server
