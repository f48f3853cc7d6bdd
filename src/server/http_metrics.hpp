#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>

#include "base/metrics.hpp"

namespace holdfast::server {

/// What kind of address a request went to. Addresses themselves would be series without end.
enum class RouteClass { rest, rpc, changes, auth, health, metrics, page, other };
inline constexpr std::size_t kRouteClasses = 8;
[[nodiscard]] RouteClass route_class(std::string_view path);

/// Counts of requests. Any thread: each adds to one of a few copies, so that threads do not wait for each
/// other's cache lines, and reading adds the copies up.
class HttpMetrics {
 public:
  HttpMetrics();
  ~HttpMetrics();

  void began();
  void ended(RouteClass route, std::string_view method, int status, std::chrono::nanoseconds spent);
  void write(base::PrometheusText& text) const;

 private:
  struct Copy;
  static constexpr std::size_t kCopies = 8;
  [[nodiscard]] Copy& mine() const;

  std::unique_ptr<Copy[]> copies_;
};

}  // namespace holdfast::server
