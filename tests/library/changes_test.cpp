#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "fixture.hpp"

namespace holdfast::testing {
namespace {

using namespace std::chrono_literals;

/// Waits for as long as it takes; the suite's own time limit is the end of it.
class Turnstile {
 public:
  void add(int count) {
    {
      const std::lock_guard lock(mutex_);
      passed_ += count;
    }
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return passed_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int passed_ = 0;
};

class LibraryChanges : public LibraryTest {
 protected:
  Result<Executed> put(int id, const std::string& name) {
    return store().execute(system_, "INSERT INTO parents VALUES ($1, $2)", id, name);
  }
};

TEST_F(LibraryChanges, every_change_comes_with_its_typed_sides) {
  const auto uuid = Uuid::random();
  ASSERT_VALUE(
      const auto inserted,
      store().execute(system_,
                      "INSERT INTO everything (id, b, i8, n, tz, u, jb, ta, by, f8) VALUES (1, true, $1, "
                      "12345678901234567890.5, $2, $3, '{\"a\":1}', '{x,y}', '\\x00ff', 0.1)",
                      std::int64_t{9007199254740993}, Timestamp(1769860800123456us), uuid));
  ASSERT_OK(store().execute(system_, "UPDATE everything SET i8 = NULL"));
  ASSERT_OK(store().execute(system_, "DELETE FROM everything"));
  ASSERT_VALUE(const auto page, store().changes(system_, {.since = inserted.position - 1}));
  ASSERT_EQ(page.changes.size(), 3U);
  const auto& insert = page.changes[0];
  EXPECT_EQ(insert.operation, Operation::insert);
  EXPECT_EQ(insert.position, inserted.position);
  EXPECT_EQ(insert.table, "everything");
  EXPECT_EQ(insert.role, "holdfast");
  EXPECT_LT(std::chrono::system_clock::now() - insert.at, 1h);
  EXPECT_FALSE(insert.before.has_value());
  const auto& row = *insert.after;
  EXPECT_EQ(row.get<bool>("b").value(), true);
  EXPECT_EQ(row.get<std::int64_t>("i8").value(), 9007199254740993);
  EXPECT_EQ(row.get<Decimal>("n").value().text, "12345678901234567890.5");
  EXPECT_EQ(row.get<Timestamp>("tz").value(), Timestamp(1769860800123456us));
  EXPECT_EQ(row.get<Uuid>("u").value(), uuid);
  EXPECT_EQ(row.get<Json>("jb").value().text, R"({"a": 1})");
  EXPECT_EQ(row.get<std::vector<std::string>>("ta").value(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(row.get<Bytes>("by").value(), (Bytes{std::byte{0}, std::byte{255}}));
  EXPECT_EQ(row.get<double>("f8").value(), 0.1);
  EXPECT_FALSE(row.get<std::optional<std::string>>("t").value().has_value());
  EXPECT_EQ(page.changes[1].operation, Operation::update);
  EXPECT_EQ(page.changes[1].changed, std::vector<std::string>{"i8"});
  EXPECT_TRUE(page.changes[1].before.has_value());
  EXPECT_EQ(page.changes[2].operation, Operation::erase);
  EXPECT_FALSE(page.changes[2].after.has_value());
  EXPECT_EQ(page.position, inserted.position + 2);
  EXPECT_FALSE(page.more);
}

TEST_F(LibraryChanges, policies_hold_for_the_log_as_for_the_tables) {
  const auto ann_id = Uuid::random();
  ASSERT_VALUE(const auto ann, Principal::user(ann_id.to_string()));
  const auto insert = "INSERT INTO letters (id, owner, body, secret) VALUES ($1, $2, 'x', 'hush')";
  ASSERT_OK(store().execute(system_, insert, 1, ann_id));
  ASSERT_OK(store().execute(system_, insert, 2, Uuid::random()));
  ASSERT_OK(store().execute(system_, "UPDATE letters SET owner = $1 WHERE id = 1", Uuid::random()));
  ASSERT_VALUE(const auto hers, store().changes(ann, {.tables = {"letters"}}));
  ASSERT_EQ(hers.changes.size(), 2U);
  EXPECT_EQ(hers.changes[0].after->get<int>("id").value(), 1);
  EXPECT_TRUE(hers.changes[1].before.has_value());
  EXPECT_FALSE(hers.changes[1].after.has_value());
  EXPECT_TRUE(hers.changes[0].role.empty());
  for (const auto& column : hers.changes[0].after->columns()) EXPECT_NE(column.name(), "secret");
  ASSERT_VALUE(const auto all, store().changes(Principal::service(), {.tables = {"letters"}}));
  EXPECT_EQ(all.changes.size(), 3U);
}

TEST_F(LibraryChanges, pages_are_cut_and_filtered_by_table) {
  ASSERT_VALUE(const auto start, store().position());
  for (int i = 0; i < 5; ++i) ASSERT_OK(put(i, std::to_string(i)));
  ASSERT_OK(store().execute(system_, "INSERT INTO counters VALUES (1, 1, 1)"));
  ASSERT_VALUE(const auto first, store().changes(system_, {.since = start, .limit = 3}));
  EXPECT_EQ(first.changes.size(), 3U);
  EXPECT_TRUE(first.more);
  ASSERT_VALUE(const auto rest, store().changes(system_, {.since = first.position}));
  EXPECT_EQ(rest.changes.size(), 3U);
  ASSERT_VALUE(const auto counters, store().changes(system_, {.since = start, .tables = {"counters"}}));
  EXPECT_EQ(counters.changes.size(), 1U);
}

TEST_F(LibraryChanges, a_wait_ends_with_the_next_commit_or_with_its_time) {
  ASSERT_VALUE(const auto start, store().position());
  ASSERT_VALUE(const auto nothing, store().changes(system_, {.since = start, .wait = 5ms}));
  EXPECT_TRUE(nothing.changes.empty());
  EXPECT_EQ(nothing.position, start);
  std::thread writer([this] {
    EXPECT_TRUE(store().execute(system_, "INSERT INTO counters VALUES (1, 1, 1)").ok());
    EXPECT_TRUE(put(1, "one").ok());
  });
  const auto page = store().changes(system_, {.since = start, .tables = {"parents"}, .wait = 1h});
  writer.join();
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->changes.size(), 1U);
  EXPECT_EQ(page->changes[0].table, "parents");
}

TEST_F(LibraryChanges, a_follower_under_writers_misses_nothing_and_sees_nothing_twice) {
  constexpr int kWriters = 4;
  constexpr int kTurns = 60;
  ASSERT_VALUE(const auto start, store().position());
  Turnstile seen;
  std::multiset<std::int64_t> ids;
  Position last = start;
  bool ordered = true;
  const auto on_page = [&](const ChangePage& page) -> Result<void> {
    for (const auto& change : page.changes) {
      ordered = ordered && change.position > last;
      last = change.position;
      HOLDFAST_TRY(const auto id, change.after->get<std::int64_t>("id"));
      ids.insert(id);
    }
    seen.add(static_cast<int>(page.changes.size()));
    return {};
  };
  ASSERT_VALUE(auto follower,
               store().follow(system_, {.since = start, .tables = {"counters"}, .limit = 7}, on_page));
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([&, writer] {
      for (int turn = 0; turn < kTurns; ++turn) {
        EXPECT_TRUE(store()
                        .execute(system_, "INSERT INTO counters VALUES ($1, $2, $3)", writer * 1000 + turn,
                                 writer, turn)
                        .ok());
        if (turn % 20 != 0) continue;
        EXPECT_TRUE(put(writer * 1000 + turn, std::to_string(writer * 1000 + turn)).ok());
      }
    });
  for (auto& writer : writers) writer.join();
  seen.wait_for(kWriters * kTurns);
  EXPECT_TRUE(follower.running());
  ASSERT_OK(follower.stop());
  EXPECT_FALSE(follower.running());
  EXPECT_TRUE(ordered);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kWriters * kTurns));
  EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), ids.size());
}

TEST_F(LibraryChanges, a_follower_goes_on_from_where_the_last_one_stood) {
  for (int i = 0; i < 10; ++i) ASSERT_OK(put(i, std::to_string(i)));
  std::vector<int> ids;
  Turnstile pages;
  const auto note = [&](const ChangePage& page) -> Result<void> {
    for (const auto& change : page.changes) ids.push_back(change.after->get<int>("id").value());
    pages.add(static_cast<int>(page.changes.size()));
    return {};
  };
  Position stood = 0;
  {
    const auto until_five = [&](const ChangePage& page) -> Result<void> {
      HOLDFAST_CHECK(note(page));
      stood = page.position;
      if (ids.size() >= 5) return Error{.code = "P0001", .message = "enough"};
      return {};
    };
    ASSERT_VALUE(auto first, store().follow(system_, {.limit = 1}, until_five));
    pages.wait_for(5);
    EXPECT_EQ(code_of(first.stop()), "P0001");
  }
  ASSERT_VALUE(auto second, store().follow(system_, {.since = stood}, note));
  pages.wait_for(10);
  ASSERT_OK(second.stop());
  EXPECT_EQ(ids, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(LibraryChanges, closing_ends_every_wait_and_every_follower) {
  ASSERT_VALUE(const auto start, store().position());
  Turnstile begun;
  std::vector<std::string> codes(3);
  std::vector<std::thread> waiters;
  for (auto& code : codes)
    waiters.emplace_back([&] {
      begun.add(1);
      code = code_of(store().changes(system_, {.since = start, .wait = 1h}));
    });
  ASSERT_VALUE(auto follower,
               store().follow(system_, {.since = start}, [](const ChangePage&) { return Result<void>(); }));
  begun.wait_for(3);
  ASSERT_OK(store().close());
  for (auto& waiter : waiters) waiter.join();
  for (const auto& code : codes) EXPECT_EQ(code, "HF005");
  EXPECT_FALSE(follower.running());
  EXPECT_EQ(code_of(follower.stop()), "HF005");
}

TEST_F(LibraryChanges, a_handle_stops_its_follower_even_from_inside_it) {
  std::optional<Follower> follower;
  Turnstile handed;
  Turnstile called;
  const auto on_page = [&](const ChangePage&) -> Result<void> {
    handed.wait_for(1);
    EXPECT_EQ(code_of(store().close()), "HF020");
    follower.reset();
    called.add(1);
    return {};
  };
  ASSERT_VALUE(follower, store().follow(system_, {.limit = 1}, on_page));
  handed.add(1);
  for (int i = 0; i < 3; ++i) ASSERT_OK(put(i, std::to_string(i)));
  called.wait_for(1);
  EXPECT_FALSE(follower.has_value());
  ASSERT_OK(store().close());
}

TEST_F(LibraryChanges, a_follower_may_outlive_its_store) {
  ASSERT_VALUE(auto follower, store().follow(system_, {}, [](const ChangePage&) { return Result<void>(); }));
  store_.reset();
  EXPECT_FALSE(follower.running());
  EXPECT_EQ(code_of(follower.stop()), "HF005");
}

TEST_F(LibraryChanges, a_follower_without_a_function_is_refused) {
  EXPECT_EQ(code_of(store().follow(system_, {}, {})), "HF020");
}

}  // namespace
}  // namespace holdfast::testing
