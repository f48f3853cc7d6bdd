#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sql/connection.hpp"

namespace holdfast::demo {

/// Rows of dev-portal's tables, in stored form.
struct DeveloperRow {
  std::string id;
  std::string email;
  std::string name;
};
struct AppRow {
  std::string id;
  std::string developer_id;
  std::string package_id;
  std::string name;
  std::string description;
  std::string category;
  std::string tags_json;
};
struct VersionRow {
  std::string id;
  std::string app_id;
  int code = 0;
  std::string name;
  std::string url;
  std::int64_t size_bytes = 0;
  std::string signature;
  std::string release_notes;
};

/// Each writes rows that are new, changes rows that differ, and gives how many it touched. What people
/// decided stays: the status of an app, and a version once it was published.
Result<std::int64_t> write_developers(sql::Connection& connection, const std::vector<DeveloperRow>& rows,
                                      base::Timestamp now);
Result<std::int64_t> write_apps(sql::Connection& connection, const std::vector<AppRow>& rows,
                                base::Timestamp now);
Result<std::int64_t> write_versions(sql::Connection& connection, const std::vector<VersionRow>& rows,
                                    base::Timestamp now);

}  // namespace holdfast::demo
