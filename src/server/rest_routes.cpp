#include "records/rest.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

constexpr std::string_view kMount = "/rest/v1";

/// The query as the tables' dialect reads it: a key in it is ours, not a filter on a column.
std::string without_key(std::string_view query) {
  if (query.find("apikey=") == std::string_view::npos) return std::string(query);
  std::string rest;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (!pair.starts_with("apikey=")) rest.append(rest.empty() ? "" : "&").append(pair);
  }
  return rest;
}

records::RestRequest to_rest(HttpRequest request, base::Principal principal) {
  const auto path = request.path().substr(kMount.size());
  return {.method = std::move(request.method),
          .path = path.empty() ? "/" : std::string(path),
          .query = without_key(request.query()),
          .headers = std::move(request.headers),
          .body = std::move(request.body),
          .principal = std::move(principal),
          .request_id = std::move(request.request_id),
          .deadline = request.deadline};
}

}  // namespace

void mount_rest(Router& router, Site& site) {
  router.under(std::string(kMount), [&site](HttpRequest request, HttpDone done) {
    auto principal = authenticate(site, request);
    if (!principal.ok()) return done(error_answer(principal.error()));
    auto role = principal->role;
    site.engine.rest().handle(
        to_rest(std::move(request), *std::move(principal)),
        [done = std::move(done), role = std::move(role)](records::RestResponse response) {
          done({.status = response.status,
                .headers = std::move(response.headers),
                .body = std::move(response.body),
                .role = role});
        });
  });
}

}  // namespace holdfast::server
