#pragma once

#include <functional>

#include "base/principal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "server/http.hpp"
#include "server/router.hpp"

namespace holdfast::server {

/// What the routes serve. Outlives them.
struct Site {
  engine::Engine& engine;
  std::function<bool()> draining;
  base::Timestamp started = base::now();
};

/// One file an area; each mounts what it serves.
void mount_rest(Router& router, Site& site);     // /rest/v1
void mount_changes(Router& router, Site& site);  // /changes/v1
void mount_health(Router& router, Site& site);   // /health/live, /health/ready
void mount_keys(Router& router, Site& site);     // /auth/v1/.well-known/jwks.json
void mount_page(Router& router, Site& site);     // /, /page

/// Who asks: by `apikey` (header or query parameter) and `Authorization`.
[[nodiscard]] Result<base::Principal> authenticate(Site& site, const HttpRequest& request);

/// Everything that is mounted, behind the front.
[[nodiscard]] HttpHandler site_handler(Site& site);

}  // namespace holdfast::server
