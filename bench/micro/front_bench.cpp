// What the front costs a GET: processor time of one request through with_front() with an answer that is there
// at once, in nanoseconds, part by part.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

#include "server/front.hpp"
#include "server/representation.hpp"

namespace holdfast::server {
namespace {

constexpr int kRequests = 400'000;
constexpr int kRuns = 5;

double processor_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
double best_of_runs(const Work& work) {
  double best = 1e18;
  for (int run = 0; run < kRuns; ++run) {
    const double began = processor_nanoseconds();
    for (int i = 0; i < kRequests; ++i) work();
    best = std::min(best, (processor_nanoseconds() - began) / kRequests);
  }
  return best;
}

HttpRequest get() {
  return {.method = "GET",
          .target = "/rest/v1/apps?id=eq.1b671a64-40d5-491e-99b0-da01ff1f3341",
          .headers = {{"host", "127.0.0.1"}, {"apikey", "hf_pub_0123456789"}, {"authorization", "Bearer x"}},
          .body = {},
          .remote_address = "127.0.0.1"};
}

void measure(const char* what, std::size_t bytes, bool tagged, FrontOptions options) {
  const std::string body(bytes, 'x');
  const auto handler = with_front(
      [&](const HttpRequest& request, const HttpDone& done) {
        auto answer = json_answer(body);
        // Only a GET has a tag.
        if (!tagged) answer.status = request.request_id.empty() ? 200 : 206;
        done(std::move(answer));
      },
      std::move(options));
  std::size_t sent = 0;
  const double spent =
      best_of_runs([&] { handler(get(), [&](const HttpResponse& answer) { sent += answer.body.size(); }); });
  std::printf("%-44s %6zu bytes %8.0f ns\n", what, bytes, sent > 0 ? spent : -1);
}

}  // namespace
}  // namespace holdfast::server

int main() {
  using namespace holdfast::server;
  const auto metrics = std::make_shared<HttpMetrics>();
  for (const std::size_t bytes : {300U, 3000U}) {
    measure("front alone", bytes, false, {});
    measure("with ETag", bytes, true, {});
    measure("with ETag and metrics", bytes, true, {.compress_min_bytes = 2048, .metrics = metrics});
  }
  auto log = holdfast::base::LineFile::open("/dev/null");
  if (log.ok())
    measure("with ETag, metrics and access log", 300, true,
            {.compress_min_bytes = 2048, .metrics = metrics, .access_log = *std::move(log)});
}
