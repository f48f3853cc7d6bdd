#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "fixture.hpp"

namespace holdfast::testing {
namespace {

using namespace std::chrono_literals;

class LibraryStore : public LibraryTest {
 protected:
  std::int64_t count(const std::string& table) {
    const auto rows = store().query(system_, "SELECT count(*) FROM " + table);
    return rows.ok() ? rows->one<std::int64_t>().value_or(-1) : -2;
  }
};

TEST_F(LibraryStore, what_was_written_is_there_after_a_reopening) {
  ASSERT_VALUE(const auto done, store().execute(system_, "INSERT INTO parents VALUES (1, 'one')"));
  EXPECT_EQ(done.affected, 1);
  EXPECT_GT(done.position, 0);
  reopen();
  EXPECT_EQ(count("parents"), 1);
  EXPECT_EQ(store().position().value(), done.position);
}

TEST_F(LibraryStore, a_write_gives_what_its_function_gives) {
  const auto work = [](Transaction& tx) {
    return tx.one<std::string>("INSERT INTO parents VALUES (1, 'one') RETURNING name");
  };
  ASSERT_VALUE(const auto written, store().write(system_, work));
  EXPECT_EQ(written.value, "one");
  EXPECT_EQ(written.position, store().position().value());
}

TEST_F(LibraryStore, an_error_of_the_function_undoes_all_of_it) {
  const auto work = [](Transaction& tx) -> Result<void> {
    HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES (1, 'one')"));
    return Error{.code = "P0001", .message = "no"};
  };
  EXPECT_EQ(code_of(store().write(system_, work)), "P0001");
  EXPECT_EQ(count("parents"), 0);
}

TEST_F(LibraryStore, a_failed_statement_ends_its_transaction_even_where_its_error_is_ignored) {
  std::string after;
  const auto work = [&](Transaction& tx) -> Result<void> {
    HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES (1, 'one')"));
    [[maybe_unused]] const auto ignored = tx.execute("INSERT INTO parents VALUES (1, 'again')");
    after = code_of(tx.query("SELECT 1"));
    return {};
  };
  EXPECT_EQ(code_of(store().write(system_, work)), "25P02");
  EXPECT_EQ(after, "25P02");
  EXPECT_EQ(count("parents"), 0);
}

TEST_F(LibraryStore, exceptions_of_the_function_become_errors_and_undo_it) {
  const auto throws = [](Transaction& tx) -> Result<void> {
    HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES (1, 'one')"));
    throw std::runtime_error("thrown on purpose");
  };
  const auto write = store().write(system_, throws);
  ASSERT_EQ(code_of(write), "XX000");
  EXPECT_NE(write.error().details.find("thrown on purpose"), std::string::npos);
  EXPECT_EQ(code_of(store().read(system_, [](Transaction&) -> Result<int> { throw 5; })), "XX000");
  EXPECT_EQ(count("parents"), 0);
}

TEST_F(LibraryStore, constraints_answer_with_their_codes) {
  ASSERT_OK(store().execute(system_, "INSERT INTO parents VALUES (1, 'one')"));
  const auto code = [this](std::string_view sql) { return code_of(store().execute(system_, sql)); };
  EXPECT_EQ(code("INSERT INTO parents VALUES (2, 'one')"), "23505");
  EXPECT_EQ(code("INSERT INTO parents VALUES (3, NULL)"), "23502");
  EXPECT_EQ(code("INSERT INTO children VALUES (1, 9, 1)"), "23503");
  EXPECT_EQ(code("INSERT INTO children VALUES (1, 1, 0)"), "23514");
  EXPECT_EQ(code("INSERT INTO nowhere VALUES (1)"), "42P01");
  EXPECT_EQ(code("INSERT INTO parents VALUES ('x', 'y')"), "22P02");
  EXPECT_EQ(code("SELEC 1"), "42601");
  EXPECT_EQ(code("SELECT 1; SELECT 2"), "42601");
  EXPECT_EQ(code(""), "42601");
  EXPECT_EQ(code("BEGIN"), code("COMMIT"));
  EXPECT_EQ(count("parents"), 1);
}

TEST_F(LibraryStore, parameters_are_counted_and_typed_as_in_postgresql) {
  EXPECT_EQ(code_of(store().query(system_, "SELECT $1::int")), "08P01");
  EXPECT_EQ(code_of(store().query(system_, "SELECT 1", 1)), "08P01");
  ASSERT_VALUE(const auto sum, store().query(system_, "SELECT $1::int + $2::int", 40, "2"));
  EXPECT_EQ(sum.one<int>().value(), 42);
  ASSERT_VALUE(const auto twice, store().query(system_, "SELECT $1::text || $1::text", "ab"));
  EXPECT_EQ(twice.one<std::string>().value(), "abab");
  ASSERT_VALUE(const auto any, store().query(system_, "SELECT 2 = ANY ($1::int[])", std::vector<int>{1, 2}));
  EXPECT_TRUE(any.one<bool>().value());
}

TEST_F(LibraryStore, a_read_sees_one_moment_and_cannot_write) {
  ASSERT_OK(store().execute(system_, "INSERT INTO parents VALUES (1, 'one')"));
  const auto work = [&](Transaction& tx) -> Result<std::int64_t> {
    HOLDFAST_TRY(const auto before, tx.one<std::int64_t>("SELECT count(*) FROM parents"));
    HOLDFAST_CHECK(store().execute(system_, "INSERT INTO parents VALUES (2, 'two')"));
    HOLDFAST_TRY(const auto after, tx.one<std::int64_t>("SELECT count(*) FROM parents"));
    return before == after ? after : -1;
  };
  EXPECT_EQ(store().read(system_, work).value_or(-2), 1);
  EXPECT_EQ(count("parents"), 2);
  const auto writes = [](Transaction& tx) { return tx.execute("DELETE FROM parents"); };
  EXPECT_EQ(code_of(store().read(system_, writes)), "25006");
  EXPECT_EQ(code_of(store().query(system_, "DELETE FROM parents RETURNING id")), "25006");
}

TEST_F(LibraryStore, rows_can_be_looked_at_one_by_one) {
  ASSERT_OK(
      store().execute(system_, "INSERT INTO counters SELECT n, 0, n FROM generate_series(1, 1000) AS s(n)"));
  std::int64_t sum = 0;
  const auto add = [&](const Row& row) -> Result<void> {
    HOLDFAST_TRY(const auto turn, row.get<std::int64_t>(0));
    sum += turn;
    return {};
  };
  const auto work = [&](Transaction& tx) { return tx.each("SELECT turn FROM counters", add); };
  ASSERT_OK(store().read(system_, work));
  EXPECT_EQ(sum, 500500);
  const auto stop = [](const Row&) -> Result<void> { return Error{.code = "P0001", .message = "enough"}; };
  EXPECT_EQ(code_of(store().read(
                system_, [&](Transaction& tx) { return tx.each("SELECT turn FROM counters", stop); })),
            "P0001");
}

TEST_F(LibraryStore, a_deadline_ends_a_read_and_a_write) {
  constexpr auto kLong =
      "SELECT count(*) FROM generate_series(1, 100000) AS a(x), generate_series(1, 100000) AS b(y)";
  const auto read = [&](Transaction& tx) { return tx.one<std::int64_t>(kLong); };
  EXPECT_EQ(code_of(store().read(system_, read, {.timeout = 20ms})), "57014");
  const auto write = [](Transaction& tx) { return tx.execute("INSERT INTO parents VALUES (1, 'one')"); };
  EXPECT_EQ(code_of(store().write(system_, write, {.timeout = 0ms})), "57014");
  EXPECT_EQ(count("parents"), 0);
}

TEST_F(LibraryStore, policies_show_and_take_what_the_principal_may) {
  const auto ann_id = Uuid::random();
  const auto bob_id = Uuid::random();
  ASSERT_VALUE(const auto ann, Principal::user(ann_id.to_string()));
  ASSERT_VALUE(const auto bob, Principal::user(bob_id.to_string(), R"({"org":"acme"})"));
  ASSERT_OK(store().execute(ann, "INSERT INTO letters (id, owner, body) VALUES (1, $1, 'of ann')", ann_id));
  EXPECT_EQ(
      code_of(store().execute(ann, "INSERT INTO letters (id, owner, body) VALUES (2, $1, 'x')", bob_id)),
      "42501");
  const auto seen_by = [this](const Principal& who) {
    const auto rows = store().query(who, "SELECT body FROM letters");
    return rows.ok() ? std::to_string(rows->size()) : rows.error().code;
  };
  EXPECT_EQ(seen_by(ann), "1");
  EXPECT_EQ(seen_by(bob), "0");
  EXPECT_EQ(seen_by(Principal::service()), "1");
  EXPECT_EQ(seen_by(system_), "1");
  EXPECT_EQ(seen_by(Principal::anon()), "42501");
  EXPECT_EQ(store().execute(bob, "UPDATE letters SET body = 'of bob'").value().affected, 0);
  EXPECT_EQ(code_of(store().query(Principal::service(), "SELECT secret FROM letters")), "42501");
  ASSERT_VALUE(const auto claim, store().query(bob, "SELECT auth.jwt() ->> 'org', auth.uid()::text"));
  using Claims = std::tuple<std::string, std::string>;
  EXPECT_EQ(claim.one<Claims>().value(), Claims("acme", bob_id.to_string()));
}

TEST_F(LibraryStore, principals_are_checked_when_they_are_made) {
  EXPECT_EQ(code_of(Principal::user("x", "[]")), "22P02");
  EXPECT_EQ(code_of(Principal::user("x", "{")), "22P02");
  EXPECT_EQ(code_of(Principal::user("x", R"({"role":"holdfast"})")), "42501");
  const auto service = Principal::user("x", R"({"role":"service_role","sub":"y"})");
  ASSERT_TRUE(service.ok());
  EXPECT_EQ(service->role(), "service_role");
  EXPECT_EQ(service->subject(), "x");
  EXPECT_EQ(service->claims_json(), R"({"sub":"x","role":"service_role"})");
}

TEST_F(LibraryStore, a_search_finds_what_was_committed_before_it) {
  for (int i = 1; i <= 20; ++i) {
    ASSERT_OK(store().execute(system_,
                              "INSERT INTO letters (id, owner, body) VALUES ($1, $2, 'Sailing ships')", i,
                              Uuid::random()));
    ASSERT_VALUE(const auto found,
                 store().query(system_,
                               "SELECT id FROM letters WHERE to_tsvector('english', body) @@ "
                               "plainto_tsquery('english', 'ship')"));
    EXPECT_EQ(found.size(), static_cast<std::size_t>(i));
  }
}

TEST_F(LibraryStore, one_folder_has_one_holder) {
  const auto second = Store::open(options());
  EXPECT_EQ(code_of(second), "HF002");
  ASSERT_OK(store().close());
  EXPECT_TRUE(Store::open(options()).ok());
}

TEST_F(LibraryStore, wrong_options_are_errors_with_codes) {
  auto wrong = options();
  wrong.blueprint = "no-such-blueprint";
  wrong.path = (folder_ / "other").string();
  EXPECT_EQ(code_of(Store::open(wrong)), "HF009");
  wrong.blueprint.clear();
  EXPECT_EQ(code_of(Store::open(wrong)), "HF001");
  wrong = options();
  wrong.path = (folder_ / "third").string();
  wrong.url = "postgres://localhost/x";
  EXPECT_EQ(code_of(Store::open(wrong)), "HF001");
  wrong.url.clear();
  wrong.timeout = -1ms;
  EXPECT_EQ(code_of(Store::open(wrong)), "HF001");
}

TEST_F(LibraryStore, after_closing_every_call_says_so) {
  ASSERT_OK(store().close());
  EXPECT_EQ(code_of(store().query(system_, "SELECT 1")), "HF005");
  EXPECT_EQ(code_of(store().execute(system_, "DELETE FROM parents")), "HF005");
  EXPECT_EQ(code_of(store().changes(system_, {})), "HF005");
  EXPECT_EQ(code_of(store().position()), "HF005");
  EXPECT_EQ(code_of(store().migrations()), "HF005");
  EXPECT_EQ(code_of(store().close()), "HF005");
  std::string answered;
  store().write_async(
      system_, [](Transaction&) { return Result<void>(); },
      [&](const Result<Committed>& answer) { answered = code_of(answer); });
  EXPECT_EQ(answered, "HF005");
  auto moved = std::move(store());
  EXPECT_EQ(code_of(store().query(system_, "SELECT 1")), "HF020");  // NOLINT: what was moved from says so
}

TEST_F(LibraryStore, a_call_that_would_wait_for_itself_is_refused) {
  std::string inner_write;
  std::string inner_close;
  const auto work = [&](Transaction& tx) -> Result<void> {
    inner_write = code_of(store().execute(system_, "DELETE FROM parents"));
    inner_close = code_of(store().close());
    HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES (1, 'one')"));
    return {};
  };
  ASSERT_OK(store().write(system_, work));
  EXPECT_EQ(inner_write, "HF020");
  EXPECT_EQ(inner_close, "HF020");
  EXPECT_EQ(code_of(store().read(system_, [&](Transaction&) { return store().close(); })), "HF020");
  EXPECT_EQ(count("parents"), 1);
}

TEST_F(LibraryStore, writes_without_waiting_are_answered_once_each) {
  constexpr int kWrites = 300;
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  for (int i = 0; i < kWrites; ++i) {
    const auto work = [i](Transaction& tx) -> Result<void> {
      HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES ($1, $2)", i % 200, std::to_string(i)));
      return {};
    };
    store().write_async(system_, work, [&](const Result<Committed>& answer) {
      if (!answer.ok()) ++failed;
      ++answered;
      answered.notify_all();
    });
  }
  for (int now = 0; (now = answered.load()) < kWrites;) answered.wait(now);
  EXPECT_EQ(failed.load(), 100);
  EXPECT_EQ(count("parents"), 200);
}

TEST_F(LibraryStore, closing_waits_for_writes_that_nobody_waits_for) {
  constexpr int kWrites = 200;
  std::atomic<int> durable = 0;
  for (int i = 0; i < kWrites; ++i) {
    const auto work = [i](Transaction& tx) -> Result<void> {
      HOLDFAST_CHECK(tx.execute("INSERT INTO parents VALUES ($1, $2)", i, std::to_string(i)));
      return {};
    };
    store().write_async(system_, work,
                        [&](const Result<Committed>& answer) { durable += answer.ok() ? 1 : 0; });
  }
  ASSERT_OK(store().close());
  EXPECT_EQ(durable.load(), kWrites);
  reopen();
  EXPECT_EQ(count("parents"), kWrites);
}

TEST_F(LibraryStore, threads_write_and_read_at_once) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int writer = 0; writer < 6; ++writer)
    threads.emplace_back([&, writer] {
      for (int turn = 0; turn < 30; ++turn) {
        const auto id = writer * 1000 + turn;
        if (!store().execute(system_, "INSERT INTO counters VALUES ($1, $2, $3)", id, writer, turn).ok())
          ++wrong;
        const auto mine = store().query(system_, "SELECT count(*) FROM counters WHERE writer = $1", writer);
        if (!mine.ok() || mine->one<int>().value_or(-1) != turn + 1) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(count("counters"), 180);
}

TEST_F(LibraryStore, migrations_can_be_undone_and_done_again) {
  ASSERT_VALUE(const auto applied, store().migrations());
  ASSERT_EQ(applied.size(), 1U);
  EXPECT_TRUE(applied[0].applied);
  EXPECT_EQ(applied[0].name, "everything");
  EXPECT_EQ(store().migrate_up().value().size(), 0U);
  ASSERT_OK(store().query(system_, "SELECT * FROM parents"));
  EXPECT_EQ(code_of(store().migrate_down(0)), "22023");
  EXPECT_EQ(store().migrate_down().value(), std::vector<std::string>{"001_everything"});
  EXPECT_EQ(code_of(store().query(system_, "SELECT * FROM parents")), "42P01");
  EXPECT_EQ(store().migrate_up().value(), std::vector<std::string>{"001_everything"});
  EXPECT_EQ(count("parents"), 0);
}

TEST(LibraryResult, values_and_errors_pass_through_functions) {
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return Error{.code = "22023", .message = "odd"};
    return n / 2;
  };
  EXPECT_EQ(half(8).and_then(half).value(), 2);
  EXPECT_EQ(code_of(half(6).and_then(half)), "22023");
  EXPECT_EQ(half(8).map([](int n) { return std::to_string(n); }).value(), "4");
  EXPECT_EQ(half(3).value_or(7), 7);
  EXPECT_EQ(code_of(half(3).map([](int n) { return n; })), "22023");
}

TEST(LibraryResultDeathTest, asking_for_what_is_not_there_ends_the_program) {
  const Result<int> error = Error{.code = "22023", .message = "odd"};
  EXPECT_DEATH(static_cast<void>(error.value()), "22023");
  const Result<int> value = 1;
  EXPECT_DEATH(static_cast<void>(value.error()), "of a value");
}

}  // namespace
}  // namespace holdfast::testing
