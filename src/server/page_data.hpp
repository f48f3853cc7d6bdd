#pragma once

#include <string>

#include "base/result.hpp"
#include "server/site.hpp"

namespace holdfast::server {

/// What the page at `/` shows. Everyone: name, version, blueprint, engine, uptime. With `everything`: tables
/// with row counts, the newest commits and the API keys' prefixes too, past all policies.
Result<std::string> page_data(Site& site, bool everything);

/// Whether a request comes from this machine, to a server that listens for this machine only, and not
/// through a proxy or from a foreign web page (whose name may resolve to 127.0.0.1).
[[nodiscard]] bool is_local_caller(const HttpRequest& request, std::string_view listen);

}  // namespace holdfast::server
