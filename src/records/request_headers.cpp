#include <algorithm>
#include <charconv>
#include <optional>

#include "records/request.hpp"

namespace holdfast::records {
namespace {

std::optional<std::string_view> header(const RestRequest& http, std::string_view name) {
  for (const auto& [key, value] : http.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> headers(const RestRequest& http, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : http.headers) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

Result<void> parse_resource(const RestRequest& http, Request& request) {
  std::string_view path = http.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.starts_with("rpc/")) {
    request.is_function = true;
    path.remove_prefix(4);
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.find('/') != std::string_view::npos || (request.is_function && path.empty())) {
    return Error{.code = "PGRST125", .message = "Invalid path specified in request URL"};
  }
  request.name = decode_component(path, false);
  return {};
}

Result<Action> action_of(const RestRequest& http, const Request& request) {
  const std::string& method = http.method;
  const bool reads = method == "GET" || method == "HEAD";
  if (request.is_function) {
    if (reads || method == "POST") return Action::call;
    if (method == "OPTIONS") return Action::options;
    return Error{.code = "PGRST101", .message = "Cannot use the " + method + " method on RPC"};
  }
  if (method == "OPTIONS") return Action::options;
  if (reads) return request.name.empty() ? Action::inspect : Action::read;
  if (!request.name.empty()) {
    if (method == "POST") return Action::insert;
    if (method == "PUT") return Action::upsert_one;
    if (method == "PATCH") return Action::update;
    if (method == "DELETE") return Action::erase;
  }
  return Error{.code = "PGRST117", .message = "Unsupported HTTP method: " + method};
}

Result<void> choose_schema(const RestRequest& http, const RestOptions& options, Request& request) {
  const bool reads = http.method == "GET" || http.method == "HEAD" || http.method == "OPTIONS";
  const auto profile = header(http, reads ? "accept-profile" : "content-profile");
  request.schema = profile.has_value() ? std::string(*profile) : options.schemas.front();
  request.profile_negotiated = profile.has_value() || options.schemas.size() > 1;
  if (std::ranges::find(options.schemas, request.schema) != options.schemas.end()) return {};
  std::string known;
  for (const auto& schema : options.schemas) known += (known.empty() ? "" : ", ") + schema;
  return Error{.code = "PGRST106",
               .message = "Invalid schema: " + request.schema,
               .hint = "Only the following schemas are exposed: " + known};
}

// `Range: 0-24`; nothing where it is in another form.
std::optional<std::pair<std::int64_t, std::optional<std::int64_t>>> parse_range_header(
    std::string_view text) {
  std::int64_t first = 0;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, first);
  if (error != std::errc{} || first < 0 || at == end || *at != '-') return std::nullopt;
  ++at;
  if (at == end) return std::pair{first, std::optional<std::int64_t>{}};
  std::int64_t last = 0;
  const auto [stop, second_error] = std::from_chars(at, end, last);
  if (second_error != std::errc{} || stop != end || last < 0) return std::nullopt;
  return std::pair{first, std::optional{last}};
}

Error range_error(std::string details) {
  return {.code = "PGRST103", .message = "Requested range not satisfiable", .details = std::move(details)};
}

// The rows that both the parameters and the Range header ask for.
Result<void> combine_ranges(const RestRequest& http, Request& request) {
  auto& ranges = request.query.ranges;
  const auto top = std::ranges::find_if(ranges, [](const auto& at) { return at.path.empty(); });
  if (top != ranges.end()) {
    request.top_range = top->value;
    ranges.erase(top);
  }
  Range& range = request.top_range;
  range.offset = std::max<std::int64_t>(range.offset, 0);
  if (range.limit.has_value() && *range.limit < 0) {
    return range_error("Limit should be greater than or equal to zero.");
  }
  const auto text = http.method == "GET" ? header(http, "range") : std::nullopt;
  const auto asked = text.has_value() ? parse_range_header(*text) : std::nullopt;
  if (!asked.has_value() || range.limit == 0) return {};
  if (asked->second.has_value() && *asked->second < asked->first) {
    return range_error(
        "The lower boundary must be lower than or equal to the upper boundary in the Range header.");
  }
  std::optional<std::int64_t> end;  // one past the last row
  if (range.limit.has_value()) end = range.offset + *range.limit;
  if (asked->second.has_value()) end = std::min(end.value_or(INT64_MAX), *asked->second + 1);
  range.offset = std::max(range.offset, asked->first);
  if (!end.has_value()) return {};
  range.limit = *end - range.offset;
  if (*range.limit <= 0) return range_error("Limit should be greater than or equal to zero.");
  return {};
}

// What is not in the query string but still decides the statement's text.
std::string shape_of(const Request& request, bool has_query) {
  if (has_query && request.query.shape.empty()) return {};
  std::string shape =
      std::to_string(static_cast<int>(request.action)) + "|" + request.schema + "|" + request.name + "|";
  shape += request.top_range.is_all() ? '-' : 'r';
  shape += request.is_function ? 'f' : '-';
  const auto& count = request.preferences.count;
  shape += count.has_value() ? static_cast<char>('a' + static_cast<int>(*count)) : '-';
  shape += request.query.shape;
  return shape;
}

}  // namespace

Result<Request> parse_request(const RestRequest& http, const RestOptions& options) {
  Request request;
  request.headers_only = http.method == "HEAD";
  request.preferences = parse_preferences(headers(http, "prefer"), options.allow_tx_preference);
  HF_CHECK(parse_resource(http, request));
  HF_CHECK(choose_schema(http, options, request));
  HF_TRY(request.action, action_of(http, request));
  request.safe_call = request.action == Action::call && http.method != "POST";
  HF_TRY(request.query, parse_query(http.query, request.safe_call));
  HF_CHECK(combine_ranges(http, request));
  if (request.action == Action::upsert_one && !request.top_range.is_all()) {
    return Error{.code = "PGRST114",
                 .message = "limit/offset querystring parameters are not allowed for PUT"};
  }
  request.accept = parse_accept(header(http, "accept").value_or("*/*"));
  const auto type = header(http, "content-type");
  request.content_type = type.has_value() && !type->empty() ? parse_media_type(*type) : MediaType{};
  request.shape = shape_of(request, !http.query.empty());
  return request;
}

}  // namespace holdfast::records
