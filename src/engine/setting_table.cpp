#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "engine/detail/setting_definitions.hpp"
#include "engine/detail/setting_values.hpp"
#include "engine/settings.hpp"

namespace holdfast::engine {
namespace {

using detail::SettingDefinition;
using Wrong = std::optional<std::string>;

constexpr std::size_t kShortestJwtSecret = 32;

template <auto Member>
Wrong text(Settings& settings, std::string_view value) {
  settings.*Member = std::string(value);
  return std::nullopt;
}

template <auto Member>
Wrong needed_text(Settings& settings, std::string_view value) {
  if (value.empty()) return "a text that is not empty";
  return text<Member>(settings, value);
}

template <auto Member, auto Least, auto Most>
Wrong count(Settings& settings, std::string_view value) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem != std::errc{} || end != value.data() + value.size() || number < std::uint64_t{Least} ||
      number > std::uint64_t{Most})
    return "a whole number from " + std::to_string(Least) + " to " + std::to_string(Most);
  settings.*Member = static_cast<std::remove_reference_t<decltype(settings.*Member)>>(number);
  return std::nullopt;
}

template <auto Member, auto Least>
Wrong size(Settings& settings, std::string_view value) {
  const auto bytes = detail::parse_size(value);
  if (!bytes || *bytes < std::uint64_t{Least})
    return "a size of at least " + std::to_string(Least) + " bytes, for example 64KiB or 16MiB";
  settings.*Member = *bytes;
  return std::nullopt;
}

template <auto Member>
Wrong duration(Settings& settings, std::string_view value) {
  const auto wait = detail::parse_duration(value);
  if (!wait || wait->count() == 0) return "a time longer than nothing, for example 500ms, 30s or 5m";
  settings.*Member = *wait;
  return std::nullopt;
}

template <auto Member>
Wrong on_off(Settings& settings, std::string_view value) {
  const auto on = detail::parse_switch(value);
  if (!on) return "true or false";
  settings.*Member = *on;
  return std::nullopt;
}

Wrong listen(Settings& settings, std::string_view value) {
  if (!detail::is_listen_address(value))
    return "an address and a port, for example 127.0.0.1:8420 or [::1]:8420";
  return text<&Settings::listen>(settings, value);
}

/// An origin as browsers send it: a scheme, a host, perhaps a port; no path.
bool is_origin(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == 0 || scheme == std::string_view::npos) return false;
  const auto host = text.substr(scheme + 3);
  return !host.empty() && host.find_first_of("/ *,?#") == std::string_view::npos;
}

Wrong cors_origins(Settings& settings, std::string_view value) {
  settings.cors_origins.clear();
  auto rest = value;
  while (!rest.empty()) {
    const auto origin = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), origin.size() + 1));
    if (!is_origin(origin) && value != "*")
      return "*, or origins with commas between, for example https://shop.example,http://localhost:3000";
    settings.cors_origins.emplace_back(origin);
  }
  return std::nullopt;
}

Wrong optional_size(Settings& settings, std::string_view value) {
  const auto bytes = detail::parse_size(value);
  if (!bytes) return "a size, for example 2KiB, or 0 for never";
  settings.compress_min_bytes = *bytes;
  return std::nullopt;
}

Wrong access_log(Settings& settings, std::string_view value) {
  settings.access_log = value == "off" ? std::string{} : std::string(value);
  if (value.empty()) return "off, stderr, or a file";
  return std::nullopt;
}

Wrong jwt_secret(Settings& settings, std::string_view value) {
  // RFC 7518 section 3.2: a key at least as long as the hash.
  if (!value.empty() && value.size() < kShortestJwtSecret) return "at least 32 characters, or empty";
  return text<&Settings::jwt_secret>(settings, value);
}

Wrong tx_end(Settings& settings, std::string_view value) {
  constexpr std::array<std::string_view, 4> kEnds{"commit", "commit-allow-override", "rollback",
                                                  "rollback-allow-override"};
  if (std::ranges::find(kEnds, value) == kEnds.end())
    return "commit, commit-allow-override, rollback or rollback-allow-override";
  return text<&Settings::tx_end>(settings, value);
}

Wrong log_format(Settings& settings, std::string_view value) {
  if (value != "text" && value != "json") return "text or json";
  return text<&Settings::log_format>(settings, value);
}

Wrong log_level(Settings& settings, std::string_view value) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  if (std::ranges::find(kLevels, value) == kLevels.end()) return "debug, info, warning or error";
  return text<&Settings::log_level>(settings, value);
}

constexpr std::array kDefinitions{
    SettingDefinition{
        {"data", "HOLDFAST_DATA", "./data",
         "Folder of the embedded database and its secrets. Made when it is not there, readable by "
         "its owner only."},
        needed_text<&Settings::data_folder>},
    SettingDefinition{
        {"database_url", "DATABASE_URL", "",
         "PostgreSQL to serve from. Empty: the embedded engine. Other values are refused in this "
         "release."},
        text<&Settings::database_url>},
    SettingDefinition{
        {"blueprint", "HOLDFAST_BLUEPRINT", "dev-portal",
         "A shipped blueprint's name, or a folder with migrations/ and an optional blueprint.yaml."},
        needed_text<&Settings::blueprint>},
    SettingDefinition{{"listen", "HOLDFAST_LISTEN", "127.0.0.1:8420",
                       "Address and port to serve HTTP on. Port 0: one that is free."},
                      listen},
    SettingDefinition{{"max_body_bytes", "HOLDFAST_MAX_BODY_BYTES", "16MiB",
                       "Largest request body; larger ones are answered 413."},
                      size<&Settings::max_body_bytes, 1024U>},
    SettingDefinition{{"max_header_bytes", "HOLDFAST_MAX_HEADER_BYTES", "16KiB",
                       "Largest request line and headers together; larger ones are answered 431."},
                      size<&Settings::max_header_bytes, 1024U>},
    SettingDefinition{{"max_url_bytes", "HOLDFAST_MAX_URL_BYTES", "8KiB",
                       "Longest path and query; longer ones are answered 414."},
                      size<&Settings::max_url_bytes, 256U>},
    SettingDefinition{{"max_connections", "HOLDFAST_MAX_CONNECTIONS", "10000",
                       "Most HTTP connections at a time; further ones are answered 503."},
                      count<&Settings::max_connections, 1U, 1'000'000U>},
    SettingDefinition{{"max_streams", "HOLDFAST_MAX_STREAMS", "5000",
                       "Most event streams of /changes/v1 at a time; further ones are answered 503."},
                      count<&Settings::max_streams, 0U, 1'000'000U>},
    SettingDefinition{{"request_timeout", "HOLDFAST_REQUEST_TIMEOUT", "30s",
                       "Longest time for one request, from its first byte to its answer."},
                      duration<&Settings::request_timeout>},
    SettingDefinition{{"header_timeout", "HOLDFAST_HEADER_TIMEOUT", "10s",
                       "Longest time for a request's line and headers to arrive; then 408."},
                      duration<&Settings::header_timeout>},
    SettingDefinition{{"idle_timeout", "HOLDFAST_IDLE_TIMEOUT", "60s",
                       "How long a connection may stay open between two requests."},
                      duration<&Settings::idle_timeout>},
    SettingDefinition{{"stream_heartbeat", "HOLDFAST_STREAM_HEARTBEAT", "15s",
                       "How long an event stream may be silent before a heartbeat is sent; about a second "
                       "at least."},
                      duration<&Settings::stream_heartbeat>},
    SettingDefinition{{"drain_timeout", "HOLDFAST_DRAIN_TIMEOUT", "10s",
                       "How long requests under way may take to end when the server stops."},
                      duration<&Settings::drain_timeout>},
    SettingDefinition{{"io_threads", "HOLDFAST_IO_THREADS", "2", "Threads that serve HTTP and read."},
                      count<&Settings::io_threads, 1U, 256U>},
    SettingDefinition{{"max_rows", "HOLDFAST_MAX_ROWS", "0",
                       "Most rows that one REST answer has, whatever limit it asks for. 0: no limit."},
                      count<&Settings::max_rows, 0U, 1'000'000'000U>},
    SettingDefinition{{"aggregates", "HOLDFAST_AGGREGATES", "false",
                       "Whether REST requests may ask for sum(), avg(), count(), max() and min()."},
                      on_off<&Settings::aggregates>},
    SettingDefinition{
        {"tx_end", "HOLDFAST_TX_END", "commit",
         "How a REST request's transaction ends: commit, or rollback for a server to try things on; with "
         "-allow-override behind it the header `Prefer: tx=commit` or `tx=rollback` may say otherwise."},
        tx_end},
    SettingDefinition{
        {"memory_limit", "HOLDFAST_MEMORY_LIMIT", "256MiB",
         "Memory to stay below: requests under way, caches and SQLite's heap are sized from it, and "
         "what finds no room is refused with 53200 or 54000. Where the cgroup allows less, nine "
         "tenths of that."},
        size<&Settings::memory_limit, 64U << 20U>},
    SettingDefinition{
        {"group_commit", "HOLDFAST_GROUP_COMMIT", "true",
         "Whether writes that wait together share one fsync. Off only to measure what it brings."},
        on_off<&Settings::group_commit>},
    SettingDefinition{{"jwt_secret", "JWT_SECRET", "",
                       "A second secret (HS256) whose tokens are accepted, of 32 characters or more, or a "
                       "JWK set with keys "
                       "for HS256 and RS256. Empty: only our own tokens."},
                      jwt_secret},
    SettingDefinition{
        {"jwt_audience", "HOLDFAST_JWT_AUDIENCE", "", "Audience (`aud`) that tokens must have. Empty: any."},
        text<&Settings::jwt_audience>},
    SettingDefinition{{"allow_no_key", "HOLDFAST_ALLOW_NO_KEY", "false",
                       "Whether a request without an API key is served, as anon."},
                      on_off<&Settings::allow_no_key>},
    SettingDefinition{{"compress_min_bytes", "HOLDFAST_COMPRESS_MIN_BYTES", "2KiB",
                       "Answers from this size on are sent as gzip to clients that take it. 0: never."},
                      optional_size},
    SettingDefinition{{"cors_origins", "HOLDFAST_CORS_ORIGINS", "*",
                       "Origins whose pages may use the API, with commas between. *: any. Empty: none."},
                      cors_origins},
    SettingDefinition{
        {"cors_credentials", "HOLDFAST_CORS_CREDENTIALS", "false",
         "Whether pages of those origins may send cookies and the like; needs origins by name."},
        on_off<&Settings::cors_credentials>},
    SettingDefinition{{"cors_max_age", "HOLDFAST_CORS_MAX_AGE", "1d",
                       "How long browsers may remember what a page of another origin may do."},
                      duration<&Settings::cors_max_age>},
    SettingDefinition{{"metrics_public", "HOLDFAST_METRICS_PUBLIC", "false",
                       "Whether /metrics answers everybody, not only this machine and service keys."},
                      on_off<&Settings::metrics_public>},
    SettingDefinition{{"access_log", "HOLDFAST_ACCESS_LOG", "off",
                       "Where a line of JSON goes for each request: off, stderr, or a file to append to."},
                      access_log},
    SettingDefinition{{"log_format", "HOLDFAST_LOG_FORMAT", "text", "Form of log lines: text or json."},
                      log_format},
    SettingDefinition{{"log_level", "HOLDFAST_LOG_LEVEL", "info",
                       "Least important lines that are logged: debug, info, warning or error."},
                      log_level},
};

constexpr auto kInfos = [] {
  std::array<SettingInfo, kDefinitions.size()> infos;
  std::ranges::transform(kDefinitions, infos.begin(), &SettingDefinition::info);
  return infos;
}();

}  // namespace

std::string SettingInfo::flag() const {
  std::string text = "--" + std::string(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::span<const SettingInfo> setting_table() { return kInfos; }

namespace detail {

std::span<const SettingDefinition> setting_definitions() { return kDefinitions; }

const SettingDefinition* find_setting(std::string_view name) {
  const auto* found = std::ranges::find(kDefinitions, name, [](const auto& d) { return d.info.name; });
  return found == kDefinitions.end() ? nullptr : found;
}

const SettingDefinition* nearest_setting(std::string_view name) {
  constexpr std::size_t kFarthest = 2;
  const auto distance = [&](const SettingDefinition& d) { return edit_distance(d.info.name, name); };
  const auto* nearest = std::ranges::min_element(kDefinitions, {}, distance);
  return distance(*nearest) <= kFarthest ? nearest : nullptr;
}

}  // namespace detail
}  // namespace holdfast::engine
