#include "records/respond.hpp"

#include <algorithm>

#include "base/error_codes.hpp"
#include "base/json_writer.hpp"

namespace holdfast::records {
namespace {

using Kind = MediaType::Kind;

void add(RestResponse& response, std::string name, std::string value) {
  response.headers.emplace_back(std::move(name), std::move(value));
}

std::string content_range(std::int64_t lower, std::int64_t upper, std::optional<std::int64_t> total) {
  const std::string range =
      lower <= upper && total != 0 ? std::to_string(lower) + "-" + std::to_string(upper) : std::string("*");
  return range + "/" + (total.has_value() ? std::to_string(*total) : "*");
}

// Only the preferences that mean something for this action were applied.
std::string applied_preferences(const Request& request, const Outcome& outcome) {
  Preferences preferences = request.preferences;
  const Action action = request.action;
  const bool writes = action != Action::read && action != Action::call && action != Action::inspect;
  if (action != Action::insert || (!outcome.has_primary_key && !request.query.on_conflict.has_value())) {
    preferences.resolution.reset();
  }
  if (!writes) preferences.returns.reset();
  if (action != Action::insert && action != Action::update) preferences.missing.reset();
  if (action != Action::update && action != Action::erase && action != Action::call)
    preferences.max_affected.reset();
  return applied(preferences);
}

void add_content(RestResponse& response, const PageHeaders& headers) {
  add(response, "Content-Type", headers.content_type);
  if (!headers.content_profile.empty()) add(response, "Content-Profile", headers.content_profile);
}

void add_content(RestResponse& response, const Request& request, const MediaType& media) {
  add_content(response, page_headers(request, media));
}

void add_page(RestResponse& response, const Request& request, Outcome& outcome) {
  const std::int64_t lower = request.top_range.offset;
  const std::int64_t upper = lower + outcome.rows - 1;
  add(response, "Content-Range", content_range(lower, upper, outcome.total));
  if (!outcome.total.has_value()) return;
  if (lower > *outcome.total) {
    const Error error{.code = "PGRST103",
                      .message = "Requested range not satisfiable",
                      .details = "An offset of " + std::to_string(lower) +
                                 " was requested, but there are only " + std::to_string(*outcome.total) +
                                 " rows."};
    response.status = 416;
    outcome.body = error_response(error, false).body;
  } else if (upper - lower + 1 < *outcome.total) {
    response.status = 206;
  }
}

void respond_read(RestResponse& response, const Request& request, const MediaType& media, Outcome& outcome) {
  add_page(response, request, outcome);
  const std::string& query = request.query.canonical;
  add(response, "Content-Location", "/" + request.name + (query.empty() ? "" : "?" + query));
  add_content(response, request, media);
}

void respond_call(RestResponse& response, const Request& request, const MediaType& media, Outcome& outcome) {
  add_page(response, request, outcome);
  if (outcome.is_void) {
    response.status = 204;
    outcome.body.clear();
    return;
  }
  add_content(response, request, media);
}

void respond_insert(RestResponse& response, const Request& request, const MediaType& media,
                    const Outcome& outcome) {
  const auto& preferences = request.preferences;
  const bool merges = preferences.resolution == Preferences::Resolution::merge_duplicates;
  response.status = merges && outcome.has_primary_key && outcome.inserted == 0 ? 200 : 201;
  if (!outcome.location.empty()) add(response, "Location", "/" + request.name + "?" + outcome.location);
  add(response, "Content-Range", content_range(1, 0, outcome.total));
  if (preferences.wants_representation()) add_content(response, request, media);
}

void respond_change(RestResponse& response, const Request& request, const MediaType& media,
                    const Outcome& outcome) {
  const bool representation = request.preferences.wants_representation();
  response.status = representation ? 200 : 204;
  if (request.action == Action::upsert_one) {
    if (representation && outcome.inserted > 0) response.status = 201;
  } else {
    const std::int64_t upper = request.action == Action::update ? outcome.rows - 1 : -1;
    add(response, "Content-Range", content_range(0, upper, outcome.total));
  }
  if (representation) add_content(response, request, media);
}

bool can_give(const Request& request, Kind kind) {
  switch (kind) {
    case Kind::any:
    case Kind::json:
      return true;
    case Kind::json_object:
    case Kind::json_array:
    case Kind::csv:
      return request.action != Action::inspect;
    case Kind::openapi:
      return request.action == Action::inspect;
    case Kind::text:
    case Kind::octets:
    case Kind::xml:
      return request.action == Action::call;
    default:
      return false;
  }
}

}  // namespace

Result<MediaType> choose_media(const Request& request) {
  std::string asked;
  for (const auto& media : request.accept) {
    asked += (asked.empty() ? "" : ", ") + media.text;
    if (!can_give(request, media.kind)) continue;
    MediaType chosen = media;
    if (chosen.kind == Kind::any) chosen.kind = Kind::json;
    if (request.action == Action::inspect) chosen.kind = Kind::openapi;
    return chosen;
  }
  return Error{.code = "PGRST107", .message = "None of these media types are available: " + asked};
}

PageHeaders page_headers(const Request& request, const MediaType& media) {
  return {.content_type = content_type(media),
          .content_profile = request.profile_negotiated ? request.schema : std::string{},
          .path = "/" + request.name};
}

RestResponse respond_page(const PageHeaders& headers, std::string location, std::int64_t offset,
                          Outcome outcome) {
  RestResponse response;
  response.headers.reserve(8);
  add(response, "Content-Range", content_range(offset, offset + outcome.rows - 1, {}));
  add(response, "Content-Location", std::move(location));
  add_content(response, headers);
  response.body = std::move(outcome.body);
  return response;
}

RestResponse respond(const Request& request, const MediaType& media, Outcome outcome) {
  RestResponse response;
  switch (request.action) {
    case Action::read:
      respond_read(response, request, media, outcome);
      break;
    case Action::call:
      respond_call(response, request, media, outcome);
      break;
    case Action::insert:
      respond_insert(response, request, media, outcome);
      break;
    case Action::inspect:
      add_content(response, request, media);
      break;
    default:
      respond_change(response, request, media, outcome);
  }
  if (const auto preferences = applied_preferences(request, outcome); !preferences.empty()) {
    add(response, "Preference-Applied", preferences);
  }
  if (!request.headers_only) response.body = std::move(outcome.body);
  return response;
}

RestResponse respond_options(const std::string& allow) {
  RestResponse response;
  add(response, "Access-Control-Allow-Origin", "*");
  add(response, "Allow", allow);
  return response;
}

RestResponse respond_preflight(std::string_view asked_headers) {
  RestResponse response;
  std::string headers = "Authorization, ";
  while (!asked_headers.empty()) {
    const auto comma = std::min(asked_headers.find(','), asked_headers.size());
    std::string_view name = asked_headers.substr(0, comma);
    asked_headers.remove_prefix(std::min(comma + 1, asked_headers.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    if (!name.empty()) headers.append(name).append(", ");
  }
  add(response, "Access-Control-Allow-Origin", "*");
  add(response, "Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
  add(response, "Access-Control-Allow-Headers", headers + "Accept, Accept-Language, Content-Language");
  add(response, "Access-Control-Max-Age", "86400");
  return response;
}

RestResponse error_response(const Error& error, bool anonymous) {
  RestResponse response;
  response.status = base::http_status(error.code, anonymous);
  add(response, "Content-Type", "application/json; charset=utf-8");
  add(response, "Proxy-Status", "PostgREST; error=" + error.code);
  if (response.status == 401) add(response, "WWW-Authenticate", base::www_authenticate(error));
  base::JsonWriter json(response.body);
  json.begin_object().key("code").string(error.code).key("details");
  // The candidates of an ambiguous embed are JSON already.
  if (error.details.empty()) {
    json.null();
  } else if (error.code == "PGRST201") {
    json.raw(error.details);
  } else {
    json.string(error.details);
  }
  json.key("hint");
  error.hint.empty() ? json.null() : json.string(error.hint);
  json.key("message").string(error.message).end_object();
  return response;
}

}  // namespace holdfast::records
