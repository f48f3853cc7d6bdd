#include "server/front.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>

#include "base/log.hpp"

namespace holdfast::server {
namespace {

using Clock = std::chrono::steady_clock;

bool is_sane_id(std::string_view id) {
  const auto plain = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, plain);
}

/// Unique, not secret.
std::string fresh_id() {
  static std::atomic<std::uint64_t> next = std::random_device{}() * 0x1'0000'0001ULL;
  constexpr std::uint64_t kOddStep =
      0x9E37'79B9'7F4A'7C15ULL;  // visits every 64-bit number before one repeats
  std::uint64_t number = next.fetch_add(kOddStep, std::memory_order_relaxed);
  std::string id(16, '0');
  for (auto& digit : id) {
    digit = "0123456789abcdef"[number >> 60U];
    number <<= 4U;
  }
  return id;
}

bool is_api(std::string_view path) {
  constexpr std::array<std::string_view, 4> kMounts{"/rest/", "/auth/", "/changes/", "/health/"};
  return std::ranges::any_of(kMounts, [&](std::string_view mount) { return path.starts_with(mount); });
}

HttpResponse preflight_answer(const HttpRequest& request) {
  std::string allowed = "Authorization";
  const auto asked = request.header("access-control-request-headers");
  if (!asked.empty()) allowed.append(", ").append(asked);
  allowed += ", Accept, Accept-Language, Content-Language";
  return {.status = 200,
          .headers = {{"Access-Control-Allow-Origin", "*"},
                      {"Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"},
                      {"Access-Control-Allow-Headers", std::move(allowed)},
                      {"Access-Control-Max-Age", "86400"}},
          .body = {}};
}

void allow_other_origins(HttpResponse& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, "
                                "Location, Server, Transfer-Encoding, Range-Unit");
}

/// What is left of a request once it has been handed on.
struct Visit {
  std::string id;
  std::string method;
  std::string path;
  std::string remote;
  Clock::time_point began;
  bool from_other_origin = false;
};

void log_visit(const Visit& visit, int status) {
  const auto level = status >= 500 ? base::LogLevel::warning : base::LogLevel::debug;
  if (!base::log_enabled(level)) return;
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - visit.began);
  base::log(level, "request",
            {{"method", visit.method},
             {"path", visit.path},
             {"status", std::to_string(status)},
             {"microseconds", std::to_string(spent.count())},
             {"remote", visit.remote},
             {"request_id", visit.id}});
}

void see_off(const Visit& visit, HttpResponse& response) {
  response.headers.emplace_back("X-Request-Id", visit.id);
  if (visit.from_other_origin) allow_other_origins(response);
  log_visit(visit, response.status);
}

}  // namespace

HttpHandler with_front(HttpHandler inner) {
  return [inner = std::move(inner)](HttpRequest request, HttpDone done) {
    const auto sent_id = request.header("x-request-id");
    request.request_id = is_sane_id(sent_id) ? std::string(sent_id) : fresh_id();
    Visit visit{.id = request.request_id,
                .method = request.method,
                .path = std::string(request.path()),
                .remote = request.remote_address,
                .began = Clock::now()};
    const bool crosses = is_api(visit.path) && !request.header("origin").empty();
    if (crosses && request.method == "OPTIONS" && !request.header("access-control-request-method").empty()) {
      auto answer = preflight_answer(request);
      see_off(visit, answer);
      return done(std::move(answer));
    }
    visit.from_other_origin = crosses;
    inner(std::move(request), [visit = std::move(visit), done = std::move(done)](HttpResponse response) {
      see_off(visit, response);
      done(std::move(response));
    });
  };
}

}  // namespace holdfast::server
