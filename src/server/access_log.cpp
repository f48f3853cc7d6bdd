#include "server/access_log.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/json_writer.hpp"
#include "base/log.hpp"

namespace holdfast::server {
namespace {

bool holds_secret_word(std::string_view text) {
  constexpr std::array<std::string_view, 6> kWords{"key",      "token", "secret",
                                                   "password", "jwt",   "authorization"};
  const auto same = [](unsigned char c, char want) { return std::tolower(c) == want; };
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return !std::ranges::search(text, word, same).empty(); });
}

}  // namespace

std::string without_secrets(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (!out.empty()) out += '&';
    const auto equals = pair.find('=');
    const bool hidden = equals != std::string_view::npos && holds_secret_word(pair);
    out.append(hidden ? pair.substr(0, equals + 1) : pair).append(hidden ? "[hidden]" : "");
  }
  return out;
}

std::string access_line(const AccessEntry& entry) {
  const std::string_view target = entry.target;
  const auto mark = target.find('?');
  std::string line;
  line.reserve(400);
  base::JsonWriter json(line);
  json.begin_object().key("time").string(base::log_timestamp()).key("id").string(entry.id);
  json.key("remote").string(entry.remote).key("method").string(entry.method);
  json.key("path").string(target.substr(0, mark));
  json.key("query").string(mark == std::string_view::npos ? "" : without_secrets(target.substr(mark + 1)));
  json.key("status").integer(entry.status).key("bytes").integer(static_cast<std::int64_t>(entry.bytes));
  json.key("duration_us").integer(std::chrono::duration_cast<std::chrono::microseconds>(entry.spent).count());
  json.key("role").string(entry.role).key("user_agent").string(entry.user_agent);
  json.end_object();
  return line;
}

}  // namespace holdfast::server
