#include "server/cors.hpp"

#include <algorithm>

namespace holdfast::server {

CorsPolicy::CorsPolicy(std::vector<std::string> origins, bool credentials, std::chrono::seconds max_age)
    : origins_(std::move(origins)),
      any_(std::ranges::find(origins_, "*") != origins_.end()),
      credentials_(credentials),
      max_age_(max_age) {}

bool CorsPolicy::is_preflight(const HttpRequest& request) {
  return request.method == "OPTIONS" && !request.header("access-control-request-method").empty();
}

bool CorsPolicy::allows(std::string_view origin) const {
  return any_ || std::ranges::find(origins_, origin) != origins_.end();
}

void CorsPolicy::add_origin(std::string_view origin, HttpHeaders& headers) const {
  headers.emplace_back("Access-Control-Allow-Origin", any_ ? "*" : std::string(origin));
  if (credentials_) headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

HttpResponse CorsPolicy::preflight_answer(const HttpRequest& request) const {
  HttpResponse answer;
  if (!any_) answer.headers.emplace_back("Vary", "Origin");
  const auto origin = request.header("origin");
  if (!allows(origin)) return answer;
  std::string allowed = "Authorization";
  const auto asked = request.header("access-control-request-headers");
  if (!asked.empty()) allowed.append(", ").append(asked);
  allowed += ", Accept, Accept-Language, Content-Language";
  add_origin(origin, answer.headers);
  answer.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
  answer.headers.emplace_back("Access-Control-Allow-Headers", std::move(allowed));
  answer.headers.emplace_back("Access-Control-Max-Age", std::to_string(max_age_.count()));
  return answer;
}

void CorsPolicy::allow(std::string_view origin, HttpResponse& response) const {
  if (!any_) response.headers.emplace_back("Vary", "Origin");
  if (!allows(origin)) return;
  add_origin(origin, response.headers);
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, "
                                "Location, Server, Transfer-Encoding, Range-Unit");
}

}  // namespace holdfast::server
