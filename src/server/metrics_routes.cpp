#include "base/metrics.hpp"
#include "server/page_data.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

void write_database(base::PrometheusText& text, Site& site) {
  const auto& database = site.engine.database().statistics();
  text.family("holdfast_group_commit_members", "histogram", "Writes that one commit made durable together.");
  text.histogram(database.batch_members);
  text.family("holdfast_group_commit_seconds", "histogram",
              "From a batch's first write to its last answer's readiness, the fsync included.");
  text.histogram(database.batch_seconds);
  text.family("holdfast_commit_seconds", "histogram", "COMMIT alone: writing the log's pages and the fsync.");
  text.histogram(database.commit_seconds);
  text.gauge("holdfast_wal_pages", "Pages in the write-ahead log after the last commit.",
             static_cast<double>(database.wal_pages.load(std::memory_order_relaxed)));
  text.gauge("holdfast_readers", "Open read connections.",
             static_cast<double>(database.readers.load(std::memory_order_relaxed)));
  text.gauge("holdfast_log_position", "Newest durable position of the commit log.",
             static_cast<double>(site.engine.change_log().durable_position()));
  text.gauge("holdfast_search_position", "Position up to which full-text indexes have been brought.",
             static_cast<double>(site.engine.text_search().runner().position()));
}

void write_process(base::PrometheusText& text) {
  const auto process = base::process_figures();
  text.family("process_cpu_seconds_total", "counter", "User and system time.");
  text.sample(process.cpu_seconds);
  text.gauge("process_resident_memory_bytes", "Memory in use.", process.resident_bytes);
  text.gauge("process_virtual_memory_bytes", "Address space.", process.virtual_bytes);
  text.gauge("process_start_time_seconds", "When the process began, since 1970.", process.start_seconds);
  text.gauge("process_open_fds", "Open files and sockets.", process.open_files);
  text.gauge("process_threads", "Threads.", process.threads);
}

std::string metrics_text(Site& site) {
  std::string out;
  base::PrometheusText text(out);
  text.family("holdfast_build_info", "gauge", "Always 1; what runs stands in the labels.");
  text.sample(std::uint64_t{1}, {{"version", HOLDFAST_VERSION}});
  site.metrics->write(text);
  text.gauge("holdfast_http_connections", "Open HTTP connections.",
             site.connections ? static_cast<double>(site.connections()) : 0);
  text.gauge("holdfast_change_streams", "Open event streams.",
             site.feed ? static_cast<double>(site.feed->streams()) : 0);
  if (site.access_log)
    text.counter("holdfast_access_log_dropped_total",
                 "Lines that the access log's file did not take in time.", site.access_log->dropped());
  write_database(text, site);
  write_process(text);
  return out;
}

/// What runs here and how much is the owner's business: this machine, or a service key.
Result<void> may_read(Site& site, const HttpRequest& request) {
  const auto& settings = site.engine.settings();
  if (settings.metrics_public || is_local_caller(request, settings.listen)) return {};
  HF_TRY(const auto principal, authenticate(site, request));
  if (principal.role == base::kServiceRole) return {};
  return Error{.code = "42501",
               .message = "metrics are for service keys",
               .hint = "Send a service key, ask from the server's own machine, or set metrics_public."};
}

}  // namespace

void mount_metrics(Router& router, Site& site) {
  router.at("/metrics", {"GET"}, [&site](const HttpRequest& request, const HttpDone& done) {
    if (const auto allowed = may_read(site, request); !allowed.ok())
      return done(error_answer(allowed.error()));
    done({.status = 200,
          .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                      {"Cache-Control", "no-store"}},
          .body = metrics_text(site)});
  });
}

}  // namespace holdfast::server
