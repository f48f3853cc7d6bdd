#include <algorithm>

#include "library/change_reader.hpp"
#include "library/store_inside.hpp"
#include "log/change_log.hpp"

namespace holdfast::v0::detail {

using library::Calls;
using library::CommitSignal;

base::Result<ChangePage> StoreInside::read_page(const Principal& as, const ChangeQuery& query) {
  const auto catalogue = plans_.catalogue();
  const log::ChangeFilter filter{.tables = query.tables};
  std::string json;
  const auto read_json = [&](sql::Connection& connection) -> base::Result<void> {
    HF_TRY(json, log::changes_page(connection, *catalogue, query.since, std::max<std::size_t>(query.limit, 1),
                                   filter));
    return {};
  };
  HF_CHECK(engine_->database().read(session_of(as, {}), read_json));
  return library::read_change_page(*catalogue, json);
}

base::Result<ChangePage> StoreInside::changes(const Principal& as, const ChangeQuery& query,
                                              const std::atomic<bool>* cancelled) {
  const auto guard = calls_.enter();
  if (!guard.inside()) return Calls::closed_error();
  if (query.wait.count() > 0 && calls_.working_on_this_thread())
    return Calls::misplaced("a write cannot wait for changes, which no other write can make meanwhile",
                            "Ask with wait = 0.");
  const auto deadline = base::Deadline::after(query.wait);
  auto next = query;
  while (true) {
    HF_TRY(auto page, read_page(as, next));
    if (!page.changes.empty() || query.wait.count() <= 0) return page;
    next.since = page.position;
    // Commits of other tables, looked through without a find: go on at once.
    const auto beyond = page.more ? page.position - 1 : page.position;
    const auto outcome = signal_->wait_beyond(beyond, deadline, cancelled);
    if (outcome == CommitSignal::Outcome::closed) return Calls::closed_error();
    if (outcome != CommitSignal::Outcome::moved) return page;
  }
}

}  // namespace holdfast::v0::detail
