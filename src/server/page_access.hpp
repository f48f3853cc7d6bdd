#pragma once

#include <cstdint>
#include <istream>
#include <string_view>

#include "server/http.hpp"

namespace holdfast::server {

/// Whether a request comes from this machine, to a server that listens for this machine only, and not
/// through a proxy or from a foreign web page (whose name may resolve to 127.0.0.1).
[[nodiscard]] bool is_local_caller(const HttpRequest& request, std::string_view listen);

/// Whether a request without any credentials may read as this machine's owner: GET or HEAD, sent by the page
/// at `/` (which other pages cannot do without asking first, and are refused), from a local caller, while
/// every local client of `listen` runs as root or as this process does.
[[nodiscard]] bool is_owner_reading(const HttpRequest& request, std::string_view listen);

/// Of one table of /proc/net/tcp or tcp6: whether a socket that is connected to `port` is of another user
/// than root and `user`. Lines that cannot be read count as one.
[[nodiscard]] bool has_foreign_client(std::istream& table, std::uint16_t port, std::uint32_t user);

}  // namespace holdfast::server
