#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/line_file.hpp"
#include "server/http.hpp"
#include "server/http_metrics.hpp"

namespace holdfast::server {

struct FrontOptions {
  std::vector<std::string> cors_origins{"*"};  ///< one `*`: any
  bool cors_credentials = false;
  std::chrono::seconds cors_max_age{86'400};
  std::size_t compress_min_bytes = 0;  ///< 0: never
  /// Shared with whoever reads them; null: not counted.
  std::shared_ptr<HttpMetrics> metrics{};
  /// Null: no access log.
  std::shared_ptr<base::LineFile> access_log{};
};

/// What every request passes, whatever it asks for: it gets its id (X-Request-Id is taken when it is at most
/// 64 letters, digits, `.`, `_` or `-`), browsers of other origins are answered as PostgREST answers them
/// (under the API's addresses, not the page's), a GET its ETag or 304, a large answer is compressed, and it
/// is counted and logged when it has been answered. An answer from another thread than the request's is not
/// compressed: that is the writer, for whom everybody waits. From status 500 on a warning is logged, without
/// the query: it may hold a key.
[[nodiscard]] HttpHandler with_front(HttpHandler inner, FrontOptions options = {});

}  // namespace holdfast::server
