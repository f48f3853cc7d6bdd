#include <gtest/gtest.h>

#include "contract/rest_fixture.hpp"
#include "schema/query.hpp"

// A statement that runs long on the writer ends with 57014 by itself: the writer is never interrupted,
// because that would end the transaction of all who share it.

namespace holdfast::testing {
namespace {

using namespace std::chrono_literals;

class WriteDeadline : public ::testing::Test {
 protected:
  /// Runs PostgreSQL's language on the writer.
  Result<void> run(const std::string& text, base::Deadline deadline = base::Deadline::never()) {
    HF_TRY(const auto query, schema::compile_query(*portal_.engine().catalogue(), base::kSystemRole, text));
    const sql::Session session{
        .principal = base::Principal::system(), .request_id = {}, .deadline = deadline};
    const auto written =
        portal_.engine().database().write(session, [&](sql::Connection& connection) -> Result<void> {
          HF_TRY(auto statement, connection.prepare(query.sql));
          while (true) {
            HF_TRY(const bool more, statement->step());
            if (!more) return {};
          }
        });
    if (!written.ok()) return written.error();
    return {};
  }
  std::string code_with(base::Deadline deadline, const std::string& text) {
    const auto outcome = run(text, deadline);
    return outcome.ok() ? "ok" : outcome.error().code;
  }

  Portal portal_;
};

constexpr char kInsert[] = "INSERT INTO telemetry_daily (app_id, date, event_type, count) ";

TEST_F(WriteDeadline, ends_every_kind_of_statement_that_writes) {
  const std::string rows = "generate_series(1, 1000000) a, generate_series(1, 1000000) b";
  const std::string apps = "gen_random_uuid(), date '2026-01-31', 'x', ";
  ASSERT_EQ(code_with(base::Deadline::never(), kInsert + ("SELECT " + apps) + "1"), "ok");
  const std::string statements[] = {
      kInsert + ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT " + apps) +
          "i FROM n",
      kInsert + ("SELECT " + apps) + "count(*) FROM " + rows,
      "UPDATE telemetry_daily SET count = 2 WHERE (SELECT count(*) FROM " + rows + ") > 0",
      "UPDATE telemetry_daily SET count = 2 FROM generate_series(1, 100000) a WHERE (SELECT count(*) FROM " +
          rows + ") < 0",
      "DELETE FROM telemetry_daily USING generate_series(1, 100000) a WHERE (SELECT count(*) FROM " + rows +
          ") < 0",
  };
  for (const auto& text : statements)
    EXPECT_EQ(code_with(base::Deadline::after(50ms), text), "57014") << text;
  EXPECT_EQ(code_with(base::Deadline::after(10s), "UPDATE telemetry_daily SET count = 3 WHERE count = 1"),
            "ok");
}

TEST_F(WriteDeadline, ends_a_patch_that_looks_through_too_many_rows_and_harms_no_other_write) {
  ASSERT_TRUE(run(kInsert + std::string("SELECT gen_random_uuid(), date '2026-01-31', 'filling', 1 FROM "
                                        "generate_series(1, 100000)"))
                  .ok());
  records::RestRequest request;
  request.method = "PATCH";
  request.path = "/telemetry_daily";
  request.query = "event_type=like.*no*such*thing*";
  request.headers = {{"content-type", "application/json"}};
  request.body = R"({"count": 5})";
  request.principal = Portal::service();
  request.deadline = base::Deadline::after(5ms);
  std::promise<records::RestResponse> answered;
  portal_.engine().rest().handle(
      std::move(request), [&](records::RestResponse response) { answered.set_value(std::move(response)); });
  const auto other = run(kInsert + std::string("VALUES (gen_random_uuid(), date '2026-01-31', 'other', 7)"));
  EXPECT_TRUE(other.ok());
  const auto response = answered.get_future().get();
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(code_of(response), "57014");
}

}  // namespace
}  // namespace holdfast::testing
