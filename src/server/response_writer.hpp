#pragma once

#include <string>
#include <string_view>

#include "server/http.hpp"

namespace holdfast::server {

struct ResponseFraming {
  bool answers_head = false;  ///< the length goes out, the body does not
  bool keep_alive = true;
  bool http_1_0 = false;
  std::string_view date;  ///< the Date header's value
};

/// Appends the bytes of an HTTP/1.1 response, Content-Length or Transfer-Encoding and Connection included.
/// Line breaks in header values become spaces, so that a value cannot begin another header. True when the
/// pieces of the response's source are to follow.
bool append_response(std::string& out, const HttpResponse& response, const ResponseFraming& framing);

/// A piece of a body that has a source; nothing for an empty one, which would end the body.
void append_piece(std::string& out, std::string_view piece, bool http_1_0);
/// After the last piece.
void append_end(std::string& out, bool http_1_0);

/// `Sun, 06 Nov 1994 08:49:37 GMT` of this moment.
[[nodiscard]] std::string http_date();

}  // namespace holdfast::server
