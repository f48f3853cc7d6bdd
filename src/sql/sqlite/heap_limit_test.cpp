#include "sql/sqlite/heap_limit.hpp"

#include <gtest/gtest.h>

#include "sql/sqlite/test_database.hpp"

namespace holdfast::sql {
namespace {

using namespace testing;

/// Before any test uses SQLite.
const bool counted = [] {
  count_sqlite_memory();
  return true;
}();

constexpr std::size_t kLimit = 48U << 20U;

class HeapLimit : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(counted);
    SqliteOptions options;
    options.file = folder_.file();
    options.heap_limit_bytes = sqlite_memory_bytes() + kLimit;
    auto opened = open_sqlite(std::move(options));
    ASSERT_TRUE(opened.ok());
    database_ = *std::move(opened);
  }
  void TearDown() override { limit_sqlite_memory(0); }

  TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(HeapLimit, refuses_a_read_that_needs_more_and_serves_the_next) {
  const auto too_much = database_->read(system_session(), [](Connection& connection) -> Result<void> {
    return connection.execute("SELECT length(randomblob(100000000))");
  });
  EXPECT_EQ(code_of(too_much), "53200");
  EXPECT_EQ(rows_of(*database_, "SELECT 1"), std::vector<std::string>{"1"});
}

TEST_F(HeapLimit, refuses_one_write_of_a_batch_and_keeps_the_others) {
  ASSERT_EQ(code_of(database_->write(system_session(), script("CREATE TABLE t (v)"))), "ok");
  OneBatch batch(*database_);
  batch.add(script("INSERT INTO t VALUES (1)"));
  batch.add(script("INSERT INTO t VALUES (randomblob(100000000))"));
  batch.add(script("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(batch.run_codes(), (std::vector<std::string>{"ok", "53200", "ok"}));
  EXPECT_EQ(rows_of(*database_, "SELECT sum(v) FROM t"), std::vector<std::string>{"3"});
}

TEST_F(HeapLimit, counts_what_is_given_back) {
  const auto before = sqlite_memory_bytes();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(rows_of(*database_, "SELECT length(randomblob(10000000))").size(), 1U);
  EXPECT_LT(sqlite_memory_bytes(), before + (8U << 20U));
}

}  // namespace
}  // namespace holdfast::sql
