#include "records/known_reads.hpp"

#include <algorithm>

#include "records/run.hpp"

namespace holdfast::records {
namespace {

/// Ends a part of the key that a request cannot hold.
constexpr char kEnd = '\n';

bool means_more(std::string_view header) {
  return header == "prefer" || header == "range" || header == "accept-profile";
}

bool same_literals(const std::vector<Literal>& a, const std::vector<Literal>& b) {
  return std::ranges::equal(
      a, b, [](const Literal& x, const Literal& y) { return x.text == y.text && x.list == y.list; });
}

}  // namespace

std::optional<DividedQuery> divide_read(const RestRequest& http) {
  const bool is_relation = http.path.size() > 1 && http.path.find('/', 1) == std::string::npos;
  if (http.method != "GET" || !is_relation) return std::nullopt;
  const std::string* accept = nullptr;
  for (const auto& [name, value] : http.headers) {
    if (means_more(name)) return std::nullopt;
    if (name == "accept" && accept == nullptr) accept = &value;
  }
  DividedQuery divided;
  auto& key = divided.key;
  key.reserve(http.query.size() + 128);
  key.append(http.principal.role).append(1, kEnd).append(http.path).append(1, kEnd);
  if (accept != nullptr) key.append(*accept);
  key += kEnd;
  if (!divide_query(http.query, divided)) return std::nullopt;
  return divided;
}

std::optional<KnownRead> learn_read(const DividedQuery& divided, std::string_view query,
                                    const Request& request, const MediaType& media,
                                    std::shared_ptr<const CompiledRead> plan) {
  CanonicalTemplate canonical(query);
  std::string made;
  canonical.append(made, divided);
  const bool agrees = made == request.query.canonical && divided.range == request.top_range &&
                      same_literals(literals_of(divided), request.query.literals);
  if (!agrees) return std::nullopt;
  return KnownRead{.plan = std::move(plan),
                   .media = media,
                   .headers = page_headers(request, media),
                   .canonical = std::move(canonical)};
}

Result<RestResponse> answer_known_read(const Engine& engine, const KnownRead& read, const DividedQuery& query,
                                       const sql::Session& session) {
  const auto literals = literals_of(query);
  HF_TRY(
      auto outcome,
      run_read(engine, {.session = session, .literals = literals, .range = query.range, .form = {read.media}},
               *read.plan));
  std::string location;
  location.reserve(256);
  location += read.headers.path;
  const auto path = location.size();
  location += '?';
  read.canonical.append(location, query);
  if (location.size() == path + 1) location.pop_back();
  return respond_page(read.headers, std::move(location), query.range.offset, std::move(outcome));
}

}  // namespace holdfast::records
