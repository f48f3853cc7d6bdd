#include <algorithm>
#include <charconv>

#include "log/change_feed.hpp"
#include "log/log_scan.hpp"
#include "server/event_stream.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

constexpr std::int64_t kDefaultLimit = 1000;
constexpr std::int64_t kMostChanges = 10'000;

Result<std::int64_t> whole_number(std::string_view name, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && end == text.data() + text.size() && number >= 0) return number;
  return Error{.code = "PGRST100",
               .message = "'" + std::string(text) + "' is no value for " + std::string(name),
               .details = std::string(name) + " is a whole number, 0 or more",
               .hint = "Begin with since=0 or since=now and go on with the position that each page gives."};
}

/// What of the log was asked for.
struct Wanted {
  log::Position since = 0;
  std::size_t limit = kDefaultLimit;
  log::ChangeFilter filter;
};

/// `table=a&table=b` and `table=a,b` alike.
Result<std::vector<std::string>> wanted_tables(const schema::Catalogue& catalogue, std::string_view query) {
  std::vector<std::string> tables;
  for (const auto& list : query_parameters(query, "table")) {
    std::string_view rest = list;
    while (!rest.empty()) {
      std::string name(rest.substr(0, rest.find(',')));
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      const auto* declared = catalogue.find_by_engine_name(name);
      if (declared == nullptr)
        return Error{.code = "PGRST205",
                     .message = "Could not find the table '" + name + "'",
                     .details =
                         "table= names tables of the migrations; those of another schema than public "
                         "with it, as auth.users.",
                     .hint = "/rest/v1/ lists what there is."};
      name = declared->name.engine_name();
      if (std::ranges::find(tables, name) == tables.end()) tables.push_back(std::move(name));
    }
  }
  return tables;
}

/// A client that reconnects says by Last-Event-ID how far it came, and still sends the since that it began
/// with.
Result<Wanted> wanted(Site& site, const HttpRequest& request) {
  Wanted asked;
  const auto query = request.query();
  const auto last = request.header("last-event-id");
  const auto since = query_parameter(query, "since");
  if (!last.empty()) {
    HF_TRY(asked.since, whole_number("Last-Event-ID", last));
  } else if (since == "now") {
    asked.since = site.engine.change_log().durable_position();
  } else if (!since.empty()) {
    HF_TRY(asked.since, whole_number("since", since));
  }
  if (const auto limit = query_parameter(query, "limit"); !limit.empty()) {
    HF_TRY(const auto number, whole_number("limit", limit));
    asked.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(number, 1, kMostChanges));
  }
  HF_TRY(asked.filter.tables, wanted_tables(*site.engine.catalogue(), query));
  return asked;
}

sql::Session session_of(const HttpRequest& request, base::Principal principal) {
  return {.principal = std::move(principal), .request_id = request.request_id, .deadline = request.deadline};
}

Result<HttpResponse> page(Site& site, const HttpRequest& request, base::Principal principal,
                          const Wanted& asked) {
  const auto catalogue = site.engine.catalogue();
  std::string json;
  const auto session = session_of(request, std::move(principal));
  HF_CHECK(site.engine.database().read(session, [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(json, log::changes_page(connection, *catalogue, asked.since, asked.limit, asked.filter));
    return {};
  }));
  return json_answer(std::move(json));
}

/// The same answer as the first page would have: an error is told before the stream begins.
Result<void> check_position(Site& site, const HttpRequest& request, log::Position since) {
  const auto session = session_of(request, base::Principal::system());
  return site.engine.database().read(session, [since](sql::Connection& connection) -> Result<void> {
    HF_CHECK(log::read_commits(connection, since, 1));
    return log::check_reached(connection, since);
  });
}

/// A stream outlives many requests, and so may outlive its caller's key or token.
std::function<Result<void>()> allowance(Site& site, const HttpRequest& request) {
  // All headers, because those of the owner's page say who asks too.
  HttpRequest credentials{.method = request.method,
                          .target = request.target,
                          .headers = request.headers,
                          .remote_address = request.remote_address};
  return [&site, credentials = std::move(credentials)]() -> Result<void> {
    HF_CHECK(authenticate(site, credentials));
    return {};
  };
}

Result<HttpResponse> stream(Site& site, const HttpRequest& request, const base::Principal& principal,
                            const Wanted& asked) {
  HF_CHECK(check_position(site, request, asked.since));
  HttpResponse answer{.status = 200,
                      .headers = {{"Content-Type", "text/event-stream"},
                                  {"Cache-Control", "no-store"},
                                  // For nginx, which would hold events back.
                                  {"X-Accel-Buffering", "no"}},
                      .body = {}};
  if (request.method == "HEAD") return answer;
  HF_TRY(auto events, site.feed->open(principal, asked.filter, asked.since));
  answer.source =
      std::make_unique<EventStream>(site.feed, std::move(events),
                                    EventStream::Options{.heartbeat = site.engine.settings().stream_heartbeat,
                                                         .still_allowed = allowance(site, request)});
  return answer;
}

Result<HttpResponse> changes(Site& site, const HttpRequest& request) {
  HF_TRY(auto principal, authenticate(site, request));
  HF_TRY(const auto asked, wanted(site, request));
  auto role = principal.role;
  HF_TRY(auto answer, list_takes(request.header("accept"), "text/event-stream").value_or(false)
                          ? stream(site, request, principal, asked)
                          : page(site, request, std::move(principal), asked));
  answer.role = std::move(role);
  return answer;
}

}  // namespace

void mount_changes(Router& router, Site& site) {
  site.feed = std::make_shared<log::ChangeFeed>(
      site.engine.database(), site.engine.change_log(), [&site] { return site.engine.catalogue(); },
      site.engine.settings().max_streams);
  router.at("/changes/v1", {"GET"}, [&site](const HttpRequest& request, const HttpDone& done) {
    auto answer = changes(site, request);
    done(answer.ok() ? *std::move(answer) : error_answer(answer.error()));
  });
}

}  // namespace holdfast::server
