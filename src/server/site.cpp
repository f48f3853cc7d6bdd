#include "server/site.hpp"

#include <memory>

#include "server/front.hpp"

namespace holdfast::server {

Result<base::Principal> authenticate(Site& site, const HttpRequest& request) {
  const auto header = request.header("apikey");
  const auto parameter = header.empty() ? query_parameter(request.query(), "apikey") : std::string{};
  return site.engine.authenticator().authenticate(
      {.apikey = header.empty() ? std::string_view(parameter) : header,
       .authorization = request.header("authorization")});
}

HttpHandler site_handler(Site& site) {
  const auto router = std::make_shared<Router>();  // shared by the copies of the handler
  mount_rest(*router, site);
  mount_changes(*router, site);
  mount_health(*router, site);
  mount_keys(*router, site);
  mount_page(*router, site);
  return with_front(
      [router](HttpRequest request, HttpDone done) { router->handle(std::move(request), std::move(done)); });
}

}  // namespace holdfast::server
