#include "server/http_metrics.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace holdfast::server {
namespace {

constexpr std::array<std::string_view, kRouteClasses> kRouteNames{"rest",   "rpc",     "changes", "auth",
                                                                  "health", "metrics", "page",    "other"};
constexpr std::array<std::string_view, 8> kMethods{"GET", "POST", "PATCH",   "DELETE",
                                                   "PUT", "HEAD", "OPTIONS", "other"};
constexpr std::array kStatuses{0,   200, 201, 204, 206, 300, 304, 308, 400, 401, 403, 404, 405, 406,
                               408, 409, 410, 412, 413, 414, 415, 416, 431, 500, 501, 502, 503, 504};

constexpr std::array kDurationBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                     0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};
using Durations = base::Histogram<kDurationBounds.size()>;
constexpr std::size_t kDurationCounts = kDurationBounds.size() + 1;

std::size_t method_index(std::string_view method) {
  const auto* found = std::ranges::find(kMethods, method);
  return std::min(static_cast<std::size_t>(found - kMethods.begin()), kMethods.size() - 1);
}

/// 0 for a status that is not listed.
std::size_t status_index(int status) {
  const auto* found = std::ranges::lower_bound(kStatuses, status);
  return found != kStatuses.end() && *found == status ? static_cast<std::size_t>(found - kStatuses.begin())
                                                      : 0;
}

std::size_t index_of(RouteClass route) { return static_cast<std::size_t>(route); }

}  // namespace

RouteClass route_class(std::string_view path) {
  constexpr std::string_view kRest = "/rest/v1";
  if (path.starts_with(kRest)) {
    return path.substr(kRest.size()).starts_with("/rpc/") ? RouteClass::rpc : RouteClass::rest;
  }
  if (path.starts_with("/changes/")) return RouteClass::changes;
  if (path.starts_with("/auth/")) return RouteClass::auth;
  if (path.starts_with("/health/")) return RouteClass::health;
  if (path == "/metrics") return RouteClass::metrics;
  if (path == "/" || path.starts_with("/page/")) return RouteClass::page;
  return RouteClass::other;
}

struct alignas(64) HttpMetrics::Copy {
  using Count = std::atomic<std::uint64_t>;
  std::atomic<std::int64_t> in_flight = 0;
  std::array<std::array<std::array<Count, kStatuses.size()>, kMethods.size()>, kRouteClasses> requests{};
  std::array<Durations, kRouteClasses> durations{Durations(kDurationBounds), Durations(kDurationBounds),
                                                 Durations(kDurationBounds), Durations(kDurationBounds),
                                                 Durations(kDurationBounds), Durations(kDurationBounds),
                                                 Durations(kDurationBounds), Durations(kDurationBounds)};
};

HttpMetrics::HttpMetrics() : copies_(std::make_unique<Copy[]>(kCopies)) {}
HttpMetrics::~HttpMetrics() = default;

HttpMetrics::Copy& HttpMetrics::mine() const {
  static std::atomic<std::size_t> threads = 0;
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return copies_[number % kCopies];
}

void HttpMetrics::began() { mine().in_flight.fetch_add(1, std::memory_order_relaxed); }

void HttpMetrics::ended(RouteClass route, std::string_view method, int status,
                        std::chrono::nanoseconds spent) {
  auto& copy = mine();
  copy.in_flight.fetch_sub(1, std::memory_order_relaxed);
  copy.requests[index_of(route)][method_index(method)][status_index(status)].fetch_add(
      1, std::memory_order_relaxed);
  copy.durations[index_of(route)].observe(std::chrono::duration<double>(spent).count());
}

void HttpMetrics::write(base::PrometheusText& text) const {
  const auto sum = [this](const auto& of) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < kCopies; ++i) total += of(copies_[i]);
    return total;
  };
  std::int64_t in_flight = 0;
  for (std::size_t i = 0; i < kCopies; ++i) in_flight += copies_[i].in_flight;
  text.gauge("holdfast_http_requests_in_flight", "Requests being answered.", static_cast<double>(in_flight));

  text.family("holdfast_http_requests_total", "counter", "Requests answered.");
  for (std::size_t r = 0; r < kRouteClasses; ++r)
    for (std::size_t m = 0; m < kMethods.size(); ++m)
      for (std::size_t s = 0; s < kStatuses.size(); ++s) {
        const auto count = sum([&](const Copy& copy) { return copy.requests[r][m][s].load(); });
        const auto status = s == 0 ? std::string("other") : std::to_string(kStatuses[s]);
        if (count > 0)
          text.sample(count, {{"route", kRouteNames[r]}, {"method", kMethods[m]}, {"status", status}});
      }

  text.family("holdfast_http_request_duration_seconds", "histogram",
              "From a request's last byte to its answer; of event streams, to their first byte.");
  for (std::size_t r = 0; r < kRouteClasses; ++r) {
    std::array<std::uint64_t, kDurationCounts> counts{};
    double seconds = 0;
    for (std::size_t i = 0; i < kCopies; ++i) {
      const auto part = copies_[i].durations[r].counts();
      for (std::size_t b = 0; b < counts.size(); ++b) counts[b] += part[b];
      seconds += copies_[i].durations[r].sum();
    }
    text.write_histogram(kDurationBounds, counts, seconds, {{"route", kRouteNames[r]}});
  }
}

}  // namespace holdfast::server
