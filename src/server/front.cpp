#include "server/front.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "server/access_log.hpp"
#include "server/cors.hpp"
#include "server/representation.hpp"

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

/// What is left of a request once it has been handed on.
struct Visit {
  std::string id;
  std::string method;
  std::string target;
  std::string remote;
  /// Only where a page of another origin asks.
  std::string origin;
  /// Only for the access log.
  std::string user_agent;
  WantedForm form;
  RouteClass route = RouteClass::other;
  Clock::time_point began;
  std::thread::id thread;
};

/// Counts what goes by, and logs the request when the stream ends.
class LoggedSource final : public BodySource {
 public:
  LoggedSource(std::unique_ptr<BodySource> inner, std::shared_ptr<base::LineFile> log, AccessEntry entry,
               Clock::time_point began)
      : inner_(std::move(inner)), log_(std::move(log)), entry_(std::move(entry)), began_(began) {}
  ~LoggedSource() override {
    inner_.reset();
    entry_.spent = Clock::now() - began_;
    log_->write(access_line(entry_));
  }
  LoggedSource(const LoggedSource&) = delete;
  LoggedSource& operator=(const LoggedSource&) = delete;

  State pull(std::string& out) override {
    const auto before = out.size();
    const auto state = inner_->pull(out);
    entry_.bytes += out.size() - before;
    return state;
  }
  void on_news(std::function<void()> wake) override { inner_->on_news(std::move(wake)); }
  void drain() override { inner_->drain(); }

 private:
  std::unique_ptr<BodySource> inner_;
  std::shared_ptr<base::LineFile> log_;
  AccessEntry entry_;
  Clock::time_point began_;
};

class Front {
 public:
  Front(HttpHandler inner, FrontOptions options)
      : inner_(std::move(inner)),
        cors_(std::move(options.cors_origins), options.cors_credentials, options.cors_max_age),
        compress_min_bytes_(options.compress_min_bytes),
        metrics_(std::move(options.metrics)),
        access_log_(std::move(options.access_log)) {}

  void handle(const std::shared_ptr<const Front>& self, HttpRequest request, HttpDone done) const {
    auto visit = receive(request);
    if (!visit.origin.empty() && CorsPolicy::is_preflight(request)) {
      auto answer = cors_.preflight_answer(request);
      see_off(visit, answer);
      return done(std::move(answer));
    }
    inner_(std::move(request),
           [self, visit = std::move(visit), done = std::move(done)](HttpResponse response) {
             self->give_form(visit, response);
             self->see_off(visit, response);
             done(std::move(response));
           });
  }

 private:
  [[nodiscard]] Visit receive(HttpRequest& request) const {
    const auto sent_id = request.header("x-request-id");
    request.request_id = is_sane_id(sent_id) ? std::string(sent_id) : fresh_id();
    Visit visit{.id = request.request_id,
                .method = request.method,
                .target = std::string(access_log_ ? std::string_view(request.target) : request.path()),
                .remote = request.remote_address,
                .origin = std::string(is_api(request.path()) ? request.header("origin") : ""),
                .user_agent = std::string(access_log_ ? request.header("user-agent") : ""),
                .form = wanted_form(request),
                .route = route_class(request.path()),
                .began = Clock::now(),
                .thread = std::this_thread::get_id()};
    if (metrics_) metrics_->began();
    return visit;
  }

  void give_form(const Visit& visit, HttpResponse& response) const {
    answer_conditionally(visit.form, response);
    if (visit.thread == std::this_thread::get_id()) compress_large(visit.form, response, compress_min_bytes_);
    if (!visit.origin.empty()) cors_.allow(visit.origin, response);
  }

  void see_off(const Visit& visit, HttpResponse& response) const {
    response.headers.emplace_back("X-Request-Id", visit.id);
    const auto spent = Clock::now() - visit.began;
    if (metrics_) metrics_->ended(visit.route, visit.method, response.status, spent);
    if (response.status >= 500) warn(visit, response.status, spent);
    if (access_log_) log(visit, response, spent);
  }

  static void warn(const Visit& visit, int status, Clock::duration spent) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(spent);
    base::log_warning("request", {{"method", visit.method},
                                  {"path", visit.target.substr(0, visit.target.find('?'))},
                                  {"status", std::to_string(status)},
                                  {"microseconds", std::to_string(microseconds.count())},
                                  {"remote", visit.remote},
                                  {"request_id", visit.id}});
  }

  void log(const Visit& visit, HttpResponse& response, Clock::duration spent) const {
    AccessEntry entry{.id = visit.id,
                      .method = visit.method,
                      .target = visit.target,
                      .remote = visit.remote,
                      .user_agent = visit.user_agent,
                      .role = response.role,
                      .status = response.status,
                      .bytes = visit.method == "HEAD" ? 0 : response.body.size(),
                      .spent = spent};
    if (response.source)
      response.source = std::make_unique<LoggedSource>(std::move(response.source), access_log_,
                                                       std::move(entry), visit.began);
    else
      access_log_->write(access_line(entry));
  }

  HttpHandler inner_;
  CorsPolicy cors_;
  std::size_t compress_min_bytes_;
  std::shared_ptr<HttpMetrics> metrics_;
  std::shared_ptr<base::LineFile> access_log_;
};

}  // namespace

HttpHandler with_front(HttpHandler inner, FrontOptions options) {
  // Shared by the copies of the handler and the answers that are awaited.
  const auto front = std::make_shared<const Front>(std::move(inner), std::move(options));
  return [front](HttpRequest request, HttpDone done) {
    front->handle(front, std::move(request), std::move(done));
  };
}

}  // namespace holdfast::server
