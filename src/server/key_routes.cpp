#include "auth/tokens.hpp"
#include "server/site.hpp"

namespace holdfast::server {

void mount_keys(Router& router, Site& site) {
  router.at("/auth/v1/.well-known/jwks.json", {"GET"}, [&site](const HttpRequest&, const HttpDone& done) {
    auto keys = auth::jwk_set(site.engine.secrets());
    if (!keys.ok()) return done(error_answer(keys.error()));
    auto answer = json_answer(*std::move(keys));
    answer.headers.emplace_back("Cache-Control", "public, max-age=600");
    done(std::move(answer));
  });
}

}  // namespace holdfast::server
