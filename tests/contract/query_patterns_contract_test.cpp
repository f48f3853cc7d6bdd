#include <gtest/gtest.h>
#include <sqlite3.h>

#include "contract/rest_fixture.hpp"
#include "sql/sqlite/sqlite_connection.hpp"

// The six questions that an app store asks (blueprints/dev-portal/README.md), each through an index that is
// really used: the statements that a request ran are found on the reader's connection and explained.

namespace holdfast::testing {
namespace {

struct Question {
  const char* name;
  const char* target;
  const char* plan;  ///< what the query plan must say
};

class QueryPatterns : public ::testing::TestWithParam<Question> {
 protected:
  /// Runs `visit` with every statement that the reader of this thread has prepared.
  template <class Visit>
  void for_each_statement(Visit visit) {
    const sql::Session session{.principal = base::Principal::system(), .request_id = {}};
    const auto read =
        portal_.engine().database().read(session, [&](sql::Connection& connection) -> Result<void> {
          auto* handle = dynamic_cast<sql::SqliteConnection&>(connection).handle();
          std::vector<sqlite3_stmt*> statements;
          for (auto* s = sqlite3_next_stmt(handle, nullptr); s != nullptr; s = sqlite3_next_stmt(handle, s))
            statements.push_back(s);
          for (auto* statement : statements) visit(handle, statement);
          return {};
        });
    ASSERT_TRUE(read.ok()) << read.error().to_string();
  }

  static std::string explain(sqlite3* handle, sqlite3_stmt* statement) {
    const auto sql = std::string("EXPLAIN QUERY PLAN ") + sqlite3_sql(statement);
    std::string plan;
    const auto append = [](void* out, int, char** values, char**) {
      static_cast<std::string*>(out)->append(values[3]).append("\n");
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), append, &plan, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    return plan;
  }

  Portal portal_;
};

constexpr int kAndReset = 1;

TEST_P(QueryPatterns, is_answered_through_an_index_without_a_full_scan) {
  const auto& question = GetParam();
  const Portal::Call call{.target = question.target, .who = Portal::service()};
  ASSERT_EQ(portal_.send(call).status, 200);  // prepared, and whatever happens once is behind us
  for_each_statement([](sqlite3*, sqlite3_stmt* statement) {
    sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_RUN, kAndReset);
    sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, kAndReset);
  });
  ASSERT_EQ(portal_.send(call).status, 200);

  std::string plans;
  int scanned_rows = 0;
  for_each_statement([&](sqlite3* handle, sqlite3_stmt* statement) {
    const std::string sql = sqlite3_sql(statement);
    if (sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_RUN, kAndReset) == 0 || !sql.starts_with("SELECT"))
      return;
    scanned_rows += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, kAndReset);
    plans += explain(handle, statement);
  });
  EXPECT_NE(plans.find(question.plan), std::string::npos) << plans;
  EXPECT_EQ(scanned_rows, 0) << plans;
}

INSTANTIATE_TEST_SUITE_P(
    DevPortal, QueryPatterns,
    ::testing::Values(
        Question{"developer_by_email", "/developers?email=eq.ann@example.org&select=id,name",
                 "USING INDEX developers_email_key"},
        Question{"apps_by_developer", "/apps?developer_id=eq.00000000-0000-4000-8000-00000000000a",
                 "USING INDEX apps_developer_idx"},
        Question{"app_with_its_latest_version",
                 "/apps?package_id=eq.org.ann.maps&select=name,app_versions(version_name)"
                 "&app_versions.order=version_code.desc&app_versions.limit=1",
                 "USING INDEX app_versions_app_id_version_code_key"},
        Question{"search_by_name_description_and_tags", "/rpc/search_apps?query=routes&select=name",
                 "apps.apps_search_idx VIRTUAL TABLE"},
        Question{"search_by_tag", "/apps?tags=cs.{map}&select=name", "apps.apps_tags_idx VIRTUAL TABLE"},
        Question{"telemetry_by_app_and_day",
                 "/telemetry_daily?app_id=eq.10000000-0000-4000-8000-000000000001&date=eq.2026-01-31",
                 "sqlite_autoindex_telemetry_daily"},
        Question{"time_range_over_events",
                 "/telemetry_events?app_id=eq.10000000-0000-4000-8000-000000000001&timestamp=gte.2026-01-01"
                 "&timestamp=lt.2026-02-01&order=timestamp",
                 "USING INDEX telemetry_events_app_idx"}),
    [](const auto& question) { return question.param.name; });

}  // namespace
}  // namespace holdfast::testing
