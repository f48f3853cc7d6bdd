#include <chrono>

#include "base/json_writer.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

bool can_read(Site& site) {
  const sql::Session session{.principal = base::Principal::system(),
                             .request_id = {},
                             .deadline = base::Deadline::after(std::chrono::seconds(1))};
  const auto read = site.engine.database().read(session, [](sql::Connection& connection) -> Result<void> {
    HF_TRY(const auto statement, connection.prepare("SELECT 1"));
    HF_CHECK(statement->step());
    return {};
  });
  return read.ok();
}

/// Search that lags answers later, so its lag is told; search that has never been built cannot answer.
HttpResponse readiness(Site& site) {
  const bool draining = site.draining();
  const bool database = can_read(site);
  const auto durable = site.engine.change_log().durable_position();
  const auto applied = site.engine.text_search().runner().position();
  const bool ready = !draining && database && applied >= 0;

  HttpResponse answer = json_answer({});
  answer.status = ready ? 200 : 503;
  base::JsonWriter(answer.body)
      .begin_object()
      .key("status")
      .string(ready      ? "ready"
              : draining ? "stopping"
                         : "not ready")
      .key("database")
      .boolean(database)
      .key("position")
      .integer(durable)
      .key("search_position")
      .integer(applied)
      .end_object();
  return answer;
}

}  // namespace

void mount_health(Router& router, Site& site) {
  router.at("/health/live", {"GET"},
            [](const HttpRequest&, const HttpDone& done) { done(json_answer(R"({"status":"live"})")); });
  router.at("/health/ready", {"GET"},
            [&site](const HttpRequest&, const HttpDone& done) { done(readiness(site)); });
}

}  // namespace holdfast::server
