#include <algorithm>

#include "server/page_data.hpp"
#include "server/web_files.hpp"

namespace holdfast::server {
namespace {

std::string_view content_type(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

HttpResponse file_answer(const WebFile& file) {
  return {
      .status = 200,
      .headers = {{"Content-Type", std::string(content_type(file.name))},
                  {"Cache-Control", "no-cache"},
                  {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"}},
      .body = std::string(file.bytes)};
}

/// Row counts and key prefixes pass no policy, so they are for the owner: a service key, or this machine.
HttpResponse data_answer(Site& site, const HttpRequest& request) {
  bool everything = is_local_caller(request, site.engine.settings().listen);
  if (!everything && !request.header("apikey").empty()) {
    const auto principal = authenticate(site, request);
    if (!principal.ok()) return error_answer(principal.error());
    everything = principal->role == base::kServiceRole;
  }
  auto data = page_data(site, everything);
  if (!data.ok()) return error_answer(data.error());
  auto answer = json_answer(*std::move(data));
  answer.headers.emplace_back("Cache-Control", "no-store");
  return answer;
}

}  // namespace

void mount_page(Router& router, Site& site) {
  for (const auto& file : web_files()) {
    const auto serve = [&file](const HttpRequest&, const HttpDone& done) { done(file_answer(file)); };
    router.at("/page/" + std::string(file.name), {"GET"}, serve);
    if (file.name == "index.html") router.at("/", {"GET"}, serve);
  }
  router.at("/page/data", {"GET"},
            [&site](const HttpRequest& request, const HttpDone& done) { done(data_answer(site, request)); });
}

}  // namespace holdfast::server
