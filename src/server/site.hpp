#pragma once

#include <functional>
#include <memory>

#include "base/line_file.hpp"
#include "base/principal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "log/change_feed.hpp"
#include "server/http.hpp"
#include "server/http_metrics.hpp"
#include "server/router.hpp"

namespace holdfast::server {

/// What the routes serve. Outlives them.
struct Site {
  engine::Engine& engine;
  std::function<bool()> draining;
  std::function<std::string()> address;  ///< where it listens, with the port that the system chose
  base::Timestamp started = base::now();
  std::function<std::size_t()> connections{};
  /// Shared with the front.
  std::shared_ptr<HttpMetrics> metrics = std::make_shared<HttpMetrics>();
  std::shared_ptr<base::LineFile> access_log{};
  /// Shared with its streams; made by mount_changes().
  std::shared_ptr<log::ChangeFeed> feed{};
};

/// One file an area; each mounts what it serves.
void mount_rest(Router& router, Site& site);     // /rest/v1
void mount_changes(Router& router, Site& site);  // /changes/v1
void mount_health(Router& router, Site& site);   // /health/live, /health/ready
void mount_metrics(Router& router, Site& site);  // /metrics
void mount_keys(Router& router, Site& site);     // /auth/v1/.well-known/jwks.json
void mount_page(Router& router, Site& site);     // /, /page

/// Who asks: by `apikey` (header or query parameter) and `Authorization`; with neither, the page at `/` on
/// the owner's own machine reads as service_role (page_access.hpp).
[[nodiscard]] Result<base::Principal> authenticate(Site& site, const HttpRequest& request);

/// Everything that is mounted, behind the front.
[[nodiscard]] HttpHandler site_handler(Site& site);

}  // namespace holdfast::server
