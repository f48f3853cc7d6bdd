#pragma once

#include <cstddef>
#include <string_view>

#include "server/request_parser.hpp"

namespace holdfast::server {

/// Reads a plain request that is wholly there: HTTP/1.1, a path as target, one Host, no body, nothing about
/// the connection but `keep-alive`. Gives the bytes it took. Whatever is not plain, or not well formed, or
/// not yet whole, gives 0 and is for the parser proper: this one accepts less and refuses nothing.
std::size_t read_plain_request(std::string_view bytes, const ParseLimits& limits, HttpRequest& into);

}  // namespace holdfast::server
