#include <algorithm>
#include <charconv>

#include "log/change_log.hpp"
#include "server/site.hpp"

namespace holdfast::server {
namespace {

constexpr std::int64_t kDefaultLimit = 1000;
constexpr std::int64_t kMostChanges = 10'000;

Result<std::int64_t> number_parameter(const HttpRequest& request, std::string_view name,
                                      std::int64_t otherwise) {
  const auto text = query_parameter(request.query(), name);
  if (text.empty()) return otherwise;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && end == text.data() + text.size() && number >= 0) return number;
  return Error{.code = "PGRST100",
               .message = "'" + text + "' is no value for " + std::string(name),
               .details = std::string(name) + " is a whole number, 0 or more",
               .hint = "Begin with since=0 and go on with the position that each page gives."};
}

Result<std::string> changes(Site& site, const HttpRequest& request) {
  HF_TRY(auto principal, authenticate(site, request));
  HF_TRY(const auto since, number_parameter(request, "since", 0));
  HF_TRY(const auto limit, number_parameter(request, "limit", kDefaultLimit));
  log::ChangeFilter filter;
  if (auto table = query_parameter(request.query(), "table"); !table.empty())
    filter.tables.push_back(std::move(table));
  const auto catalogue = site.engine.catalogue();
  const sql::Session session{
      .principal = std::move(principal), .request_id = request.request_id, .deadline = request.deadline};
  std::string page;
  HF_CHECK(site.engine.database().read(session, [&](sql::Connection& connection) -> Result<void> {
    const auto count = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, kMostChanges));
    HF_TRY(page, log::changes_page(connection, *catalogue, since, count, filter));
    return {};
  }));
  return page;
}

}  // namespace

void mount_changes(Router& router, Site& site) {
  router.at("/changes/v1", {"GET"}, [&site](HttpRequest request, HttpDone done) {
    auto page = changes(site, request);
    done(page.ok() ? json_answer(*std::move(page)) : error_answer(page.error()));
  });
}

}  // namespace holdfast::server
