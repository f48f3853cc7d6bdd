#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/test_database.hpp"

namespace holdfast::sql {
namespace {

using testing::code_of;
using testing::OneBatch;
using testing::rows_of;
using testing::script;
using testing::system_session;
using Strings = std::vector<std::string>;

/// Gives positions as the log does and counts how often each end of a transaction came.
class CountingObserver final : public ChangeObserver {
 public:
  void on_change(const RowChange&) override { ++buffered_; }
  [[nodiscard]] std::size_t mark() const override { return buffered_; }
  void rewind(std::size_t mark) override { buffered_ = mark; }
  Result<Position> before_release(Connection&, const Session&) override {
    if (buffered_ == 0) return Position{0};
    buffered_ = 0;
    return ++given_;
  }
  void after_rollback() override {
    ++rollbacks;
    given_ = durable;
  }
  void after_commit(Position last) override {
    ++commits;
    if (last > 0) durable = last;
  }
  int commits = 0;
  int rollbacks = 0;
  Position durable = 0;

 private:
  std::size_t buffered_ = 0;
  Position given_ = 0;
};

class GroupCommit : public ::testing::Test {
 protected:
  GroupCommit() {
    SqliteOptions options;
    options.file = folder_.file();
    options.observer = &observer_;
    // What SQLite does when it is interrupted is what it does when memory or the disk run out.
    options.setups.push_back([](sqlite3* connection, const Session&) -> Result<void> {
      sqlite3_create_function_v2(
          connection, "interrupt", 0, SQLITE_UTF8, connection,
          [](sqlite3_context* context, int, sqlite3_value**) {
            sqlite3_interrupt(sqlite3_context_db_handle(context));
            sqlite3_result_int(context, 1);
          },
          nullptr, nullptr, nullptr);
      return {};
    });
    auto opened = open_sqlite(std::move(options));
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    EXPECT_EQ(code_of(database_->exclusive(
                  script("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT;"
                         "CREATE TABLE p(id INTEGER PRIMARY KEY);"
                         "CREATE TABLE c(p INTEGER REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)"))),
              "ok");
  }
  Strings kept() { return rows_of(*database_, "SELECT x FROM t ORDER BY x"); }

  testing::TemporaryFolder folder_;
  CountingObserver observer_;
  std::unique_ptr<Database> database_;
};

TEST_F(GroupCommit, commits_what_has_queued_once) {
  OneBatch batch(*database_);
  for (int i = 1; i <= 20; ++i) batch.add(script("INSERT INTO t VALUES(" + std::to_string(i) + ")"));
  const auto answers = batch.run();
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(answers[i].value().position, static_cast<Position>(i) + 1);
  EXPECT_EQ(observer_.commits, 2);  // the job that held the writer, and the twenty
}

TEST_F(GroupCommit, rolls_back_the_member_that_fails_and_no_other) {
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t VALUES(2); INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t VALUES(3)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23505", "ok"}));
  EXPECT_EQ(kept(), (Strings{"1", "3"}));
  EXPECT_EQ(observer_.durable, 2);
}

TEST_F(GroupCommit, runs_the_others_once_when_one_member_fails_before_it_wrote_anything) {
  int runs = 0;
  OneBatch batch(*database_);
  batch.add([&](Connection& connection) {
    ++runs;
    return connection.execute("INSERT INTO t VALUES(1)");
  });
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t SELECT value FROM json_each('[2, 1]')"));
  batch.add(script("INSERT INTO t VALUES(3)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23505", "23505", "ok"}));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(kept(), (Strings{"1", "3"}));
}

TEST_F(GroupCommit, runs_all_again_once_for_several_members_that_fail_after_they_wrote) {
  int runs = 0;
  OneBatch batch(*database_);
  batch.add([&](Connection& connection) {
    ++runs;
    return connection.execute("INSERT INTO t VALUES(1)");
  });
  for (int i = 0; i < 5; ++i) batch.add(script("INSERT INTO t VALUES(2); INSERT INTO t VALUES(1)"));
  batch.add(script("CREATE TABLE made(x); INSERT INTO t VALUES(1)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23505", "23505", "23505", "23505", "23505", "23505"}));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(kept(), Strings{"1"});
  EXPECT_TRUE(rows_of(*database_, "SELECT name FROM sqlite_schema WHERE name = 'made'").empty());
}

TEST_F(GroupCommit, keeps_nothing_of_a_member_that_fails_while_batches_are_run_carefully) {
  ASSERT_EQ(code_of(database_->write(system_session(), script("INSERT INTO t VALUES(1)"))), "ok");
  for (int i = 0; i < 3; ++i) {
    OneBatch batch(*database_);
    batch.add(script("INSERT INTO t VALUES(" + std::to_string(10 + i) + ")"));
    batch.add(script("INSERT INTO t VALUES(2); INSERT INTO t VALUES(1)"));
    EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23505"}));
  }
  EXPECT_EQ(kept(), (Strings{"1", "10", "11", "12"}));
  EXPECT_EQ(observer_.durable, 4);
}

TEST_F(GroupCommit, replays_the_others_when_one_member_ends_the_whole_transaction) {
  int runs = 0;
  OneBatch batch(*database_);
  batch.add([&](Connection& connection) {
    ++runs;
    return connection.execute("INSERT INTO t VALUES(1)");
  });
  batch.add(script("INSERT INTO t SELECT 2 WHERE interrupt()"));
  batch.add(script("INSERT INTO t VALUES(3)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "57014", "ok"}));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(kept(), (Strings{"1", "3"}));
  EXPECT_EQ(observer_.durable, 2);  // positions of the transaction that was lost were given again
}

TEST_F(GroupCommit, ends_even_when_every_member_ends_its_transaction) {
  OneBatch batch(*database_);
  for (int i = 0; i < 30; ++i) batch.add(script("INSERT INTO t SELECT 2 WHERE interrupt()"));
  batch.add(script("INSERT INTO t VALUES(9)"));
  auto expected = Strings(30, "57014");
  expected.push_back("ok");
  EXPECT_EQ(batch.run_codes(), expected);
  EXPECT_EQ(kept(), Strings{"9"});
}

TEST_F(GroupCommit, answers_a_member_that_hid_the_end_of_its_transaction_with_an_error) {
  OneBatch batch(*database_);
  batch.add([](Connection& connection) -> Result<void> {
    [[maybe_unused]] const auto ignored = connection.execute("INSERT INTO t SELECT 2 WHERE interrupt()");
    return {};
  });
  batch.add(script("INSERT INTO t VALUES(3)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"25P02", "ok"}));
  EXPECT_EQ(kept(), Strings{"3"});
}

TEST_F(GroupCommit, refuses_the_member_whose_deferred_foreign_key_would_fail_for_all) {
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO c VALUES(77)"));
  batch.add(script("INSERT INTO c VALUES(5); INSERT INTO p VALUES(5)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "23503", "ok"}));
  EXPECT_EQ(rows_of(*database_, "SELECT p FROM c"), Strings{"5"});
}

TEST_F(GroupCommit, answers_a_dry_run_and_keeps_nothing_of_it) {
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES(1)"), true);
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t VALUES(1)"), true);
  const auto answers = batch.run();
  EXPECT_EQ(answers[0].value().position, 0);
  EXPECT_EQ(answers[1].value().position, 1);
  EXPECT_EQ(code_of(answers[2]), "23505");
  EXPECT_EQ(kept(), Strings{"1"});
}

TEST_F(GroupCommit, has_no_position_for_a_member_that_changed_nothing) {
  EXPECT_EQ(database_->write(system_session(), script("SELECT 1")).value().position, 0);
  EXPECT_EQ(database_->write(system_session(), script("UPDATE t SET x = x")).value().position, 0);
  EXPECT_EQ(database_->write(system_session(), script("INSERT INTO t VALUES(1)")).value().position, 1);
}

TEST_F(GroupCommit, goes_on_after_a_member_whose_deadline_passed) {
  auto session = system_session();
  session.deadline = base::Deadline::after(std::chrono::milliseconds(5));
  const auto late = database_->write(
      session, script("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE hf_deadline()) "
                      "INSERT INTO t SELECT i FROM n"));
  EXPECT_EQ(code_of(late), "57014");
  EXPECT_EQ(code_of(database_->write(system_session(), script("INSERT INTO t VALUES(1)"))), "ok");
  EXPECT_EQ(kept(), Strings{"1"});
}

TEST_F(GroupCommit, refuses_the_member_that_fills_the_disk_and_serves_the_others) {
  ASSERT_EQ(code_of(database_->exclusive(script("CREATE TABLE blobs(b); PRAGMA max_page_count = 60"))), "ok");
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO blobs VALUES(zeroblob(1000000))"));
  batch.add(script("INSERT INTO t VALUES(2)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", "53100", "ok"}));
  EXPECT_EQ(kept(), (Strings{"1", "2"}));
}

}  // namespace
}  // namespace holdfast::sql
