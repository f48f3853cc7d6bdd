#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crash/examine.hpp"
#include "crash/store.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/test_database.hpp"

// Traps of SQLite's write path that were found by experiment; README.md lists where the others are tested.

namespace holdfast::crash {
namespace {

using sql::testing::code_of;
using sql::testing::OneBatch;
using sql::testing::rows_of;
using sql::testing::script;
using sql::testing::system_session;
using Strings = std::vector<std::string>;

struct Ending {
  std::string name;
  int sqlite_code;
  std::string code;
};

void PrintTo(const Ending& ending, std::ostream* out) { *out << ending.name; }

/// `meet()` fails as if the machine had failed inside the statement.
class AMemberThatMeets : public ::testing::TestWithParam<Ending> {
 protected:
  AMemberThatMeets() {
    sql::SqliteOptions options;
    options.file = folder_.file();
    options.setups.push_back([this](sqlite3* connection, const sql::Session&) -> Result<void> {
      sqlite3_create_function_v2(
          connection, "meet", 0, SQLITE_UTF8, const_cast<int*>(&GetParam().sqlite_code),
          [](sqlite3_context* context, int, sqlite3_value**) {
            const int code = *static_cast<const int*>(sqlite3_user_data(context));
            if (code == SQLITE_NOMEM) return sqlite3_result_error_nomem(context);
            sqlite3_result_error_code(context, code);
          },
          nullptr, nullptr, nullptr);
      return {};
    });
    auto opened = sql::open_sqlite(std::move(options));
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    EXPECT_EQ(code_of(database_->exclusive(script("CREATE TABLE t(x INTEGER PRIMARY KEY) STRICT"))), "ok");
  }

  sql::testing::TemporaryFolder folder_;
  std::unique_ptr<sql::Database> database_;
};

TEST_P(AMemberThatMeets, is_answered_alone_and_the_others_are_kept) {
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES(1)"));
  batch.add(script("INSERT INTO t VALUES(2); INSERT INTO t SELECT 3 WHERE meet()"));
  batch.add(script("INSERT INTO t VALUES(4)"));
  EXPECT_EQ(batch.run_codes(), (Strings{"ok", GetParam().code, "ok"}));
  EXPECT_EQ(rows_of(*database_, "SELECT x FROM t ORDER BY x"), (Strings{"1", "4"}));
  EXPECT_EQ(code_of(database_->write(system_session(), script("INSERT INTO t VALUES(5)"))), "ok");
}

INSTANTIATE_TEST_SUITE_P(Trap, AMemberThatMeets,
                         ::testing::Values(Ending{"INTERRUPT", SQLITE_INTERRUPT, "57014"},
                                           Ending{"FULL", SQLITE_FULL, "53100"},
                                           Ending{"IOERR", SQLITE_IOERR, "58030"},
                                           Ending{"NOMEM", SQLITE_NOMEM, "53200"},
                                           Ending{"BUSY", SQLITE_BUSY, "55P03"}),
                         [](const auto& tested) { return tested.param.name; });

/// The workload's tables with one order and its lines.
class MigratedStore : public ::testing::Test {
 protected:
  MigratedStore() {
    auto opened = Store::open(folder_.path());
    EXPECT_TRUE(opened.ok());
    store_ = *std::move(opened);
    EXPECT_EQ(code_of(store_->migrate(1)), "ok");
    write(
        "INSERT INTO accounts(id, name, balance) VALUES(1, 'one', 1);"
        "INSERT INTO orders(id, account_id, total) VALUES(1, 1, 2.0);"
        "INSERT INTO lines(order_id, part, note) VALUES(1, 1, 'line'), (1, 2, 'line')");
  }
  void write(const std::string& sql) {
    EXPECT_EQ(code_of(store_->database().write(system_session(), script(sql))), "ok");
  }
  Strings problems() {
    const auto found = examine(*store_);
    return found.ok() ? found->problems : Strings{found.error().to_string()};
  }

  base::testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(MigratedStore, keeps_the_children_of_a_table_that_is_built_anew) {
  ASSERT_EQ(code_of(store_->migrate(3)), "ok");
  EXPECT_EQ(rows_of(store_->database(), "SELECT count(*) FROM lines"), Strings{"2"});
  EXPECT_EQ(problems(), Strings{});
  write("DELETE FROM orders WHERE id = 1");  // and they cascade again
  EXPECT_EQ(rows_of(store_->database(), "SELECT count(*) FROM lines"), Strings{"0"});
  EXPECT_EQ(problems(), Strings{});
}

TEST_F(MigratedStore, logs_the_default_of_a_column_that_came_after_the_row) {
  ASSERT_EQ(code_of(store_->migrate(2)), "ok");
  write("DELETE FROM orders WHERE id = 1");
  std::vector<log::Change> changes;
  const auto read =
      store_->database().read(system_session(), [&](sql::Connection& connection) -> Result<void> {
        HF_TRY(changes, log::read_changes(connection, 1, 100));
        return {};
      });
  ASSERT_EQ(code_of(read), "ok");
  std::string status;
  for (const auto& change : changes)
    for (const auto& field : change.fields)
      if (change.table == "orders" && field.name == "status") status = field.before.bytes;
  EXPECT_EQ(status, "open");
}

}  // namespace
}  // namespace holdfast::crash
