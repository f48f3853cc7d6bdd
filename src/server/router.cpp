#include "server/router.hpp"

#include <algorithm>

namespace holdfast::server {
namespace {

HttpResponse not_found(std::string_view path) {
  return error_answer({.code = "HF008",
                       .message = "There is nothing at " + std::string(path),
                       .hint = "Tables are under /rest/v1/, the log is at /changes/v1; / lists the rest."});
}

HttpResponse not_allowed(std::string_view method, std::string_view path,
                         const std::vector<std::string_view>& methods) {
  auto answer = error_answer(
      {.code = "HF018", .message = std::string(method) + " is not allowed at " + std::string(path)});
  std::string allow;
  for (const auto& allowed : methods) allow.append(allow.empty() ? "" : ", ").append(allowed);
  answer.headers.emplace_back("Allow", std::move(allow));
  return answer;
}

}  // namespace

void Router::at(std::string path, std::initializer_list<std::string_view> methods, HttpHandler handler) {
  Route route{.path = std::move(path), .exact = true, .methods = methods, .handler = std::move(handler)};
  if (std::ranges::find(route.methods, "GET") != route.methods.end()) route.methods.emplace_back("HEAD");
  routes_.push_back(std::move(route));
}

void Router::under(std::string prefix, HttpHandler handler) {
  routes_.push_back(
      {.path = std::move(prefix), .exact = false, .methods = {}, .handler = std::move(handler)});
}

const Router::Route* Router::find(std::string_view path) const {
  const Route* best = nullptr;
  for (const auto& route : routes_) {
    if (route.exact && route.path == path) return &route;
    const bool below = !route.exact && path.starts_with(route.path) &&
                       (path.size() == route.path.size() || path[route.path.size()] == '/');
    if (below && (best == nullptr || best->path.size() < route.path.size())) best = &route;
  }
  return best;
}

void Router::handle(HttpRequest request, HttpDone done) const {
  const auto* route = find(request.path());
  if (route == nullptr) return done(not_found(request.path()));
  const bool any_method = route->methods.empty();
  if (!any_method && std::ranges::find(route->methods, request.method) == route->methods.end()) {
    return done(not_allowed(request.method, request.path(), route->methods));
  }
  route->handler(std::move(request), std::move(done));
}

}  // namespace holdfast::server
