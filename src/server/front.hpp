#pragma once

#include "server/http.hpp"

namespace holdfast::server {

/// What every request passes, whatever it asks for: it gets its id (X-Request-Id is taken when it is at most
/// 64 letters, digits, `.`, `_` or `-`), browsers of other origins are answered as PostgREST answers them
/// (under the API's addresses, not the page's), and a line is logged when it has been answered (debug;
/// warning from status 500 on). The query is not logged: it may hold a key.
[[nodiscard]] HttpHandler with_front(HttpHandler inner);

}  // namespace holdfast::server
