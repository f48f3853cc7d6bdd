#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/request.hpp"

namespace holdfast::records {

/// What running a request gave, before it is an HTTP answer.
struct Outcome {
  std::string body{};
  std::int64_t rows = 0;                ///< of the page, or that a write touched
  std::optional<std::int64_t> total{};  ///< with count=
  std::int64_t inserted = 0;
  std::string location{};  ///< query of the Location header, return=headers-only
  bool has_primary_key = true;
  bool is_void = false;  ///< a function that returns nothing
};

/// The media type that is answered with: the first accepted one that the request can give. Errors: PGRST107.
Result<MediaType> choose_media(const Request& request);

/// What of a page's headers the values of the request do not change.
struct PageHeaders {
  std::string content_type{};
  std::string content_profile{};  ///< empty: no such header
  std::string path{};             ///< `/apps`
};
[[nodiscard]] PageHeaders page_headers(const Request& request, const MediaType& media);

/// The answer of a read that does not count: 200. `location` is its Content-Location, `offset` where it
/// began.
[[nodiscard]] RestResponse respond_page(const PageHeaders& headers, std::string location, std::int64_t offset,
                                        Outcome outcome);

/// The HTTP answer of a request that went well.
[[nodiscard]] RestResponse respond(const Request& request, const MediaType& media, Outcome outcome);

/// What a browser asks before a request from another origin.
[[nodiscard]] RestResponse respond_preflight(std::string_view asked_headers);

/// `Allow`, for OPTIONS.
[[nodiscard]] RestResponse respond_options(const std::string& allow);

}  // namespace holdfast::records
