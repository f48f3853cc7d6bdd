#include "log/projection.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "log/log_test_support.hpp"

namespace holdfast::log {
namespace {

using testing::code_of;
using testing::rows_of;

base::Deadline soon() { return base::Deadline::after(std::chrono::seconds(10)); }

/// The table `t(id, x)` as a map.
class MapProjection final : public Projection {
 public:
  [[nodiscard]] std::string name() const override { return "map"; }
  Result<Position> applied_position() override { return starts_at; }
  Result<void> rebuild(sql::Connection& connection, Position at) override {
    const std::lock_guard lock(mutex_);
    ++rebuilds;
    rows_.clear();
    HF_TRY(auto statement, connection.prepare("SELECT id, x FROM t"));
    while (true) {
      HF_TRY(const bool row, statement->step());
      if (!row) break;
      rows_[statement->column(0).integer] = statement->column(1).integer;
    }
    stands_at = at;
    return {};
  }
  Result<void> apply(sql::Connection&, const std::vector<Change>& changes, Position upto) override {
    if (failures > 0) {
      --failures;
      return Error{.code = "XX000", .message = "not now"};
    }
    const std::lock_guard lock(mutex_);
    EXPECT_GT(upto, stands_at);
    for (const auto& change : changes) {
      const auto& id = change.fields[0];
      if (change.operation != sql::Operation::insert) rows_.erase(id.before.integer);
      if (change.operation != sql::Operation::erase) rows_[id.after.integer] = change.fields[1].after.integer;
    }
    stands_at = upto;
    return {};
  }
  std::vector<std::string> rows() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const auto& [id, x] : rows_) lines.push_back(std::to_string(id) + "|" + std::to_string(x));
    return lines;
  }

  Position starts_at = -1;
  std::atomic<Position> stands_at = 0;
  std::atomic<int> rebuilds = 0;
  std::atomic<int> failures = 0;

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::int64_t> rows_;
};

class Projections : public ::testing::Test {
 protected:
  Projections() {
    data_.migrate("CREATE TABLE t(id INTEGER PRIMARY KEY, x INTEGER)");
    data_.write("INSERT INTO t VALUES(1, 10), (2, 20)");
  }
  void start() { runner_.emplace(data_.database(), data_.log(), projection_); }
  std::string caught_up() { return code_of(runner_->wait_for(data_.log().durable_position(), soon())); }
  std::vector<std::string> table() { return rows_of(data_.database(), "SELECT id, x FROM t ORDER BY id"); }

  testing::LoggedDatabase data_;
  MapProjection projection_;
  std::optional<ProjectionRunner> runner_;
};

TEST_F(Projections, are_built_from_the_tables_and_then_follow_the_log) {
  start();
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
  data_.write("UPDATE t SET x = 11 WHERE id = 1");
  data_.write("DELETE FROM t WHERE id = 2; INSERT INTO t VALUES(3, 30)");
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
  EXPECT_EQ(projection_.rebuilds, 1);
  EXPECT_EQ(runner_->position(), 3);
}

TEST_F(Projections, go_on_from_where_they_stood) {
  projection_.starts_at = 0;
  start();
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
  EXPECT_EQ(projection_.rebuilds, 0);
}

TEST_F(Projections, are_rebuilt_when_they_are_ahead_of_the_log_or_it_was_trimmed) {
  projection_.starts_at = 99;
  start();
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rebuilds, 1);
  runner_.reset();
  data_.migrate("DELETE FROM hf_commits; UPDATE hf_log SET trimmed = 1");
  projection_.starts_at = 0;
  start();
  EXPECT_EQ(code_of(runner_->wait_for(1, soon())), "ok");
  EXPECT_EQ(projection_.rebuilds, 2);
  EXPECT_EQ(projection_.rows(), table());
}

TEST_F(Projections, try_again_after_an_error) {
  projection_.starts_at = 0;
  projection_.failures = 2;
  start();
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
}

TEST_F(Projections, apply_nothing_while_they_are_paused) {
  start();
  EXPECT_EQ(caught_up(), "ok");
  {
    const ProjectionRunner::Pause outer(*runner_);
    { const ProjectionRunner::Pause inner(*runner_); }
    data_.write("INSERT INTO t VALUES(4, 40)");
    EXPECT_EQ(code_of(runner_->wait_for(2, base::Deadline::after(std::chrono::milliseconds(30)))), "HF011");
    EXPECT_EQ(runner_->position(), 1);
    EXPECT_EQ(code_of(runner_->rebuild()), "ok");  // asked for by name, so it is done
    EXPECT_EQ(runner_->position(), 2);
  }
  data_.write("INSERT INTO t VALUES(5, 50)");
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
}

TEST_F(Projections, keep_up_with_writers_and_rebuilds_at_once) {
  start();
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 3; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < 60; ++i)
        data_.write("INSERT INTO t VALUES(" + std::to_string(1000 * (writer + 1) + i) + ", 1)");
    });
  threads.emplace_back([&] {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(runner_->rebuild()), "ok");
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(caught_up(), "ok");
  EXPECT_EQ(projection_.rows(), table());
}

TEST_F(Projections, stop_while_they_wait_for_another_try) {
  projection_.starts_at = 0;
  projection_.failures = 1000;
  start();
  runner_.reset();
  EXPECT_EQ(projection_.stands_at, 0);
}

}  // namespace
}  // namespace holdfast::log
