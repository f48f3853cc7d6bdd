#include "server/site.hpp"

#include <memory>

#include "server/front.hpp"
#include "server/page_access.hpp"

namespace holdfast::server {
namespace {

base::Principal owner() {
  const std::string role = base::kServiceRole;
  return {.role = role, .subject = {}, .claims_json = R"({"role":")" + role + R"("})", .key_prefix = {}};
}

}  // namespace

Result<base::Principal> authenticate(Site& site, const HttpRequest& request) {
  const auto header = request.header("apikey");
  const auto parameter = header.empty() ? query_parameter(request.query(), "apikey") : std::string{};
  const bool has_none = header.empty() && parameter.empty() && request.header("authorization").empty();
  if (has_none && is_owner_reading(request, site.address())) return owner();
  return site.engine.authenticator().authenticate(
      {.apikey = header.empty() ? std::string_view(parameter) : header,
       .authorization = request.header("authorization")});
}

namespace {

FrontOptions front_options(const Site& site) {
  const auto& settings = site.engine.settings();
  return {.cors_origins = settings.cors_origins,
          .cors_credentials = settings.cors_credentials,
          .cors_max_age = std::chrono::duration_cast<std::chrono::seconds>(settings.cors_max_age),
          .compress_min_bytes = settings.compress_min_bytes,
          .metrics = site.metrics,
          .access_log = site.access_log};
}

}  // namespace

HttpHandler site_handler(Site& site) {
  const auto router = std::make_shared<Router>();  // shared by the copies of the handler
  mount_rest(*router, site);
  mount_changes(*router, site);
  mount_health(*router, site);
  mount_metrics(*router, site);
  mount_keys(*router, site);
  mount_page(*router, site);
  return with_front(
      [router](HttpRequest request, HttpDone done) { router->handle(std::move(request), std::move(done)); },
      front_options(site));
}

}  // namespace holdfast::server
