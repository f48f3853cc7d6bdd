#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "server/page_access.hpp"
#include "server/site.hpp"
#include "sql/database.hpp"

namespace holdfast::server {

/// Row counts of all tables, past all policies. Counting reads whole indexes, so it is done again only where
/// the log has moved, and some seconds apart. Any thread.
class TableCounts {
 public:
  /// `[{"name":..., "comment":..., "rows":...}]`; rows are null where counting would take too long.
  Result<std::string> json(Site& site);

 private:
  std::mutex mutex_;
  std::string json_;
  sql::Position position_ = -1;
  // Shared with the engine: the catalogue that was counted.
  std::shared_ptr<const schema::Catalogue> catalogue_;
  std::chrono::steady_clock::time_point counted_at_{};
};

/// Who looks at the page.
struct PageViewer {
  std::string role{};  ///< `owner`, or the role of the key or token; empty: nobody we know
  bool sees_everything = false;
};

/// What the page at `/` shows. Everyone: version, blueprint, engine, uptime. Who has a role: that, and the
/// position of the log. Who sees everything: row counts and the API keys' prefixes too, past all policies.
Result<std::string> page_data(Site& site, TableCounts& counts, const PageViewer& viewer);

}  // namespace holdfast::server
