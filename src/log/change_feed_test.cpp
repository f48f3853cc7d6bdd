#include "log/change_feed.hpp"

#include <set>

#include "log/log_test_support.hpp"

namespace holdfast::log {
namespace {

using testing::code_of;

std::shared_ptr<const schema::Catalogue> two_tables() {
  auto catalogue = std::make_shared<schema::Catalogue>();
  for (const std::string name : {"notes", "labels"}) {
    auto& table = catalogue->tables[{.name = name}];
    table.name.name = name;
    for (const auto& [column, kind] : {std::pair{"id", types::Kind::int8}, {"body", types::Kind::text}}) {
      schema::Column made;
      made.name = column;
      made.type.kind = kind;
      table.columns.push_back(made);
    }
  }
  return catalogue;
}

/// Positions of the events in a stream's text, in order.
std::vector<Position> ids_in(const std::string& text) {
  std::vector<Position> ids;
  for (std::size_t at = text.find("id: "); at != std::string::npos; at = text.find("\nid: ", at + 1))
    ids.push_back(std::stoll(text.substr(text.find(' ', at))));
  return ids;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class ChangeFeedTest : public ::testing::Test {
 protected:
  ChangeFeedTest() {
    data_.migrate(
        "CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT) STRICT;"
        "CREATE TABLE labels(id INTEGER PRIMARY KEY, body TEXT) STRICT;");
    data_.declare(catalogue_);
  }

  std::unique_ptr<ChangeStream> open(Position since, std::vector<std::string> tables = {}) {
    auto stream = feed_.open(base::Principal::system(), {.tables = std::move(tables)}, since);
    EXPECT_TRUE(stream.ok());
    return *std::move(stream);
  }
  /// Follows until `enough` says so of the text.
  static std::string follow(ChangeStream& stream, const std::function<bool(const std::string&)>& enough) {
    std::mutex mutex;
    std::condition_variable woken;
    bool news = true;
    stream.on_news([&] {
      const std::lock_guard lock(mutex);
      news = true;
      woken.notify_one();
    });
    std::string text;
    while (!enough(text)) {
      std::unique_lock lock(mutex);
      if (!woken.wait_for(lock, std::chrono::seconds(20), [&] { return news; })) {
        ADD_FAILURE() << "nothing came after " << text.size() << " bytes";
        break;
      }
      news = false;
      lock.unlock();
      while (!enough(text)) {
        const auto step = stream.next(text);
        EXPECT_EQ(code_of(step), "ok");
        if (!step.ok() || *step == ChangeStream::Step::caught_up) break;
      }
    }
    // Nothing of this frame may be called any more.
    stream.on_news([] {});
    return text;
  }
  static std::function<bool(const std::string&)> events(std::size_t count) {
    return [count](const std::string& text) { return count_of(text, "data: ]}\n\n") >= count; };
  }
  void insert(int id) { data_.write("INSERT INTO notes VALUES(" + std::to_string(id) + ", 'b')"); }

  std::shared_ptr<const schema::Catalogue> catalogue_ = two_tables();
  testing::LoggedDatabase data_;
  ChangeFeed feed_{data_.database(), data_.log(), [this] { return catalogue_; }, 100};
};

TEST_F(ChangeFeedTest, gives_each_commit_as_one_event_whose_id_is_its_position) {
  data_.write("INSERT INTO notes VALUES(1, 'a'), (2, 'b')");
  data_.write("DELETE FROM notes WHERE id = 1");
  const auto stream = open(0);
  const auto text = follow(*stream, events(2));
  EXPECT_EQ(ids_in(text), (std::vector<Position>{1, 2}));
  EXPECT_EQ(count_of(text, R"("operation":"insert")"), 2U);
  EXPECT_TRUE(
      text.starts_with("id: 1\ndata: {\"position\":1,\"changes\":[\ndata: {\"position\":1,\"sequence\":0,"));
  EXPECT_NE(text.find("\ndata: ,{\"position\":1,\"sequence\":1,"), std::string::npos);
  EXPECT_EQ(stream->position(), 2);
  EXPECT_FALSE(stream->amid_event());
}

TEST_F(ChangeFeedTest, tells_of_what_is_written_while_it_waits) {
  const auto stream = open(feed_.newest());
  std::thread writer([&] {
    for (int i = 1; i <= 200; ++i) insert(i);
  });
  const auto text = follow(*stream, events(200));
  writer.join();
  std::vector<Position> all(200);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Position>(i) + 1;
  EXPECT_EQ(ids_in(text), all);
}

TEST_F(ChangeFeedTest, streams_at_any_place_get_the_same_text) {
  for (int i = 1; i <= 300; ++i) insert(i);
  const auto first = open(0);
  const auto second = open(0);
  const auto third = open(150);
  const auto whole = follow(*first, events(300));
  EXPECT_EQ(follow(*second, events(300)), whole);
  EXPECT_EQ(follow(*third, events(150)), whole.substr(whole.find("id: 151\n")));
  insert(301);
  const auto news = follow(*first, events(1));
  EXPECT_EQ(follow(*second, events(1)), news);
  EXPECT_EQ(follow(*third, events(1)), news);
}

TEST_F(ChangeFeedTest, a_large_commit_comes_piece_by_piece_in_one_event) {
  data_.write(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
      "INSERT INTO notes SELECT i, 'body' FROM n");
  insert(6000);
  const auto stream = open(0);
  std::string text;
  std::size_t pieces = 0;
  while (count_of(text, "\n\n") < 2) {
    const auto before = text.size();
    ASSERT_EQ(code_of(stream->next(text)), "ok");
    ASSERT_LT(text.size() - before, 32U << 10U);
    if (++pieces == 1) {
      EXPECT_TRUE(stream->amid_event());
    }
  }
  EXPECT_GT(pieces, 30U);
  EXPECT_EQ(ids_in(text), (std::vector<Position>{1, 2}));
  EXPECT_EQ(count_of(text, "\"table\":\"notes\""), 5001U);
}

TEST_F(ChangeFeedTest, a_filter_passes_over_other_tables_and_moves_on) {
  for (int i = 1; i <= 1000; ++i) insert(i);
  data_.write("INSERT INTO labels VALUES(1, 'l'); INSERT INTO notes VALUES(9999, 'n')");
  const auto stream = open(0, {"labels"});
  const auto text = follow(*stream, events(1));
  EXPECT_EQ(ids_in(text), std::vector<Position>{1001});
  EXPECT_EQ(count_of(text, "\"table\""), 1U);
}

TEST_F(ChangeFeedTest, a_position_that_was_trimmed_is_an_error) {
  for (int i = 1; i <= 5; ++i) insert(i);
  data_.migrate("BEGIN; DELETE FROM hf_commits WHERE position <= 3; UPDATE hf_log SET trimmed = 3; COMMIT");
  std::string text;
  EXPECT_EQ(code_of(open(2)->next(text)), "HF013");
  EXPECT_EQ(text, "");
  const auto stream = open(3);
  EXPECT_EQ(ids_in(follow(*stream, events(2))), (std::vector<Position>{4, 5}));
}

TEST_F(ChangeFeedTest, refuses_more_streams_than_it_may_have) {
  ChangeFeed small(
      data_.database(), data_.log(), [this] { return catalogue_; }, 1);
  auto first = small.open(base::Principal::system(), {}, 0);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(code_of(small.open(base::Principal::system(), {}, 0)), "53300");
  EXPECT_EQ(small.streams(), 1U);
  first->reset();
  EXPECT_EQ(code_of(small.open(base::Principal::system(), {}, 0)), "ok");
}

TEST_F(ChangeFeedTest, many_streams_come_and_go_while_writers_run) {
  std::atomic<bool> writing = true;
  std::thread writer([&] {
    for (int i = 1; i <= 400; ++i) insert(i);
    writing = false;
  });
  std::vector<std::thread> readers;
  for (int r = 0; r < 4; ++r)
    readers.emplace_back([&] {
      Position reached = 0;
      while (writing || reached < 400) {
        const auto stream = open(reached);
        std::string text;
        std::ignore = stream->next(text);
        for (const auto id : ids_in(text)) ASSERT_EQ(id, ++reached);
      }
    });
  for (auto& reader : readers) reader.join();
  writer.join();
  EXPECT_EQ(feed_.streams(), 0U);
}

}  // namespace
}  // namespace holdfast::log
