#include "base/json_writer.hpp"
#include "log/change_view.hpp"
#include "log/log_scan.hpp"

namespace holdfast::log {
namespace {

/// Changes of other tables that one page looks through at most, so that a filter that matches nothing gives
/// an empty page and a position to go on from, instead of a read of the whole log.
constexpr std::size_t kMostScanned = 20000;

}  // namespace

Result<std::string> changes_page(sql::Connection& connection, const schema::Catalogue& catalogue,
                                 Position since, std::size_t limit, const ChangeFilter& filter) {
  HF_TRY(const auto scan, scan_log(connection, since, {.changes = limit, .scanned = kMostScanned}, filter));
  if (scan.upto == since) HF_CHECK(check_reached(connection, since));
  ChangeView view(catalogue, connection.session().principal.role);
  std::string page;
  std::string object;
  base::JsonWriter json(page);
  json.begin_object().key("changes").begin_array();
  auto commit = scan.commits.begin();
  for (const auto& change : scan.changes) {
    while (commit->position != change.position) ++commit;
    object.clear();
    HF_TRY(const bool shown, view.append(object, connection, *commit, change));
    if (shown) json.raw(object);
  }
  json.end_array().key("position").integer(scan.upto).key("more").boolean(scan.more).end_object();
  return page;
}

}  // namespace holdfast::log
