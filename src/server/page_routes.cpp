#include <memory>

#include "server/page_access.hpp"
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

/// Nothing of the page comes from elsewhere, and nothing of it is written in the page itself.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

HttpResponse file_answer(const WebFile& file) {
  return {.status = 200,
          .headers = {{"Content-Type", std::string(content_type(file.name))},
                      {"Cache-Control", "no-cache"},
                      {"Content-Security-Policy", kPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}},
          .body = std::string(file.bytes)};
}

/// Row counts and key prefixes pass no policy, so they are for the owner: a service key, or this machine.
Result<PageViewer> viewer_of(Site& site, const HttpRequest& request) {
  const bool has_credentials = !request.header("apikey").empty() || !request.header("authorization").empty();
  if (has_credentials) {
    HF_TRY(const auto principal, authenticate(site, request));
    return PageViewer{.role = principal.role, .sees_everything = principal.role == base::kServiceRole};
  }
  if (is_owner_reading(request, site.address())) return PageViewer{.role = "owner", .sees_everything = true};
  const auto anyone = authenticate(site, request);
  return PageViewer{.role = anyone.ok() ? anyone->role : ""};
}

HttpResponse data_answer(Site& site, TableCounts& counts, const HttpRequest& request) {
  const auto viewer = viewer_of(site, request);
  if (!viewer.ok()) return error_answer(viewer.error());
  auto data = page_data(site, counts, *viewer);
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
  const auto counts = std::make_shared<TableCounts>();  // shared by the copies of the handler
  router.at("/page/data", {"GET"}, [&site, counts](const HttpRequest& request, const HttpDone& done) {
    done(data_answer(site, *counts, request));
  });
}

}  // namespace holdfast::server
