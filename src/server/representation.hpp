#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/http.hpp"

namespace holdfast::server {

/// What of a request decides the form in which its answer leaves.
struct WantedForm {
  bool is_get = false;
  bool takes_gzip = false;
  std::string if_none_match{};
};
[[nodiscard]] WantedForm wanted_form(const HttpRequest& request);

/// RFC 9110, 12.5.3: whether an Accept-Encoding header lets us send gzip.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);
/// RFC 9110, 13.1.2, by weak comparison; `*` matches anything.
[[nodiscard]] bool names_tag(std::string_view if_none_match, std::string_view tag);
/// Of the body and the headers before it. Weak, because the same tag goes out with and without gzip.
[[nodiscard]] std::string entity_tag(const HttpResponse& response);
[[nodiscard]] bool is_compressible(std::string_view content_type);
/// Empty where zlib could not.
[[nodiscard]] std::string gzip(std::string_view bytes);

/// An answer 200 to a GET gets its ETag, and becomes a 304 where the client named it.
void answer_conditionally(const WantedForm& wanted, HttpResponse& response);
/// An answer of `min_bytes` or more becomes gzip where the client takes it and its type shrinks; 0: never.
void compress_large(const WantedForm& wanted, HttpResponse& response, std::size_t min_bytes);

}  // namespace holdfast::server
