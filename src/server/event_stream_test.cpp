#include "server/event_stream.hpp"

#include "log/log_test_support.hpp"

namespace holdfast::server {
namespace {

using State = BodySource::State;

std::shared_ptr<const schema::Catalogue> one_table() {
  auto catalogue = std::make_shared<schema::Catalogue>();
  auto& table = catalogue->tables[{.name = "notes"}];
  table.name.name = "notes";
  schema::Column id;
  id.name = "id";
  id.type.kind = types::Kind::int8;
  table.columns.push_back(id);
  return catalogue;
}

class EventStreamTest : public ::testing::Test {
 protected:
  EventStreamTest() {
    data_.migrate("CREATE TABLE notes(id INTEGER PRIMARY KEY) STRICT;");
    data_.declare(catalogue_);
  }
  EventStream open(log::Position since, EventStream::Options options = {}) {
    auto stream = feed_->open(base::Principal::system(), {}, since);
    EXPECT_TRUE(stream.ok());
    EventStream made(feed_, *std::move(stream), std::move(options));
    made.on_news([this] { ++wakes_; });
    return made;
  }

  std::shared_ptr<const schema::Catalogue> catalogue_ = one_table();
  log::testing::LoggedDatabase data_;
  std::shared_ptr<log::ChangeFeed> feed_ = std::make_shared<log::ChangeFeed>(
      data_.database(), data_.log(), [this] { return catalogue_; }, 10);
  std::atomic<int> wakes_ = 0;
};

TEST_F(EventStreamTest, begins_with_its_position_and_then_sends_commits) {
  data_.write("INSERT INTO notes VALUES(1)");
  data_.write("INSERT INTO notes VALUES(2)");
  auto stream = open(1);
  std::string out;
  EXPECT_EQ(stream.pull(out), State::waiting);
  EXPECT_TRUE(out.starts_with("retry: 1000\nid: 1\n\nid: 2\ndata: {\"position\":2,")) << out;
  EXPECT_TRUE(out.ends_with("\ndata: ]}\n\n"));
  out.clear();
  EXPECT_EQ(stream.pull(out), State::waiting);
  EXPECT_EQ(out, "");
}

TEST_F(EventStreamTest, beats_when_it_was_silent_and_tells_the_position) {
  auto stream = open(0, {.heartbeat = std::chrono::milliseconds(1)});
  std::string out;
  stream.pull(out);
  for (out.clear(); out.empty();) stream.pull(out);
  EXPECT_EQ(out, ": heartbeat\nid: 0\n\n");
}

TEST_F(EventStreamTest, ends_when_the_server_does) {
  auto stream = open(0);
  std::string out;
  EXPECT_EQ(stream.pull(out), State::waiting);
  stream.drain();
  out.clear();
  EXPECT_EQ(stream.pull(out), State::ended);
  EXPECT_EQ(out, "");
}

TEST_F(EventStreamTest, tells_an_error_and_ends_when_the_position_was_trimmed) {
  for (int i = 1; i <= 4; ++i) data_.write("INSERT INTO notes VALUES(" + std::to_string(i) + ")");
  auto stream = open(1);
  data_.migrate("BEGIN; DELETE FROM hf_commits WHERE position <= 3; UPDATE hf_log SET trimmed = 3; COMMIT");
  std::string out;
  EXPECT_EQ(stream.pull(out), State::ended);
  EXPECT_NE(out.find("\n\nevent: error\ndata: {\"code\":\"HF013\","), std::string::npos) << out;
  EXPECT_TRUE(out.ends_with("}\n\n"));
  EXPECT_EQ(stream.pull(out), State::ended);
}

/// Asks about its caller at each pull, and is told no from the second on.
EventStream::Options revoked_after_one_pull() {
  return {.still_allowed = [asked = 0]() mutable -> Result<void> {
            if (++asked == 1) return {};
            return Error{.code = "PGRST303", .message = "JWT expired"};
          },
          .ask_again = std::chrono::milliseconds(0)};
}

TEST_F(EventStreamTest, tells_an_error_and_ends_when_its_caller_is_no_longer_allowed) {
  auto stream = open(0, revoked_after_one_pull());
  std::string out;
  EXPECT_EQ(stream.pull(out), State::waiting);
  out.clear();
  EXPECT_EQ(stream.pull(out), State::ended);
  EXPECT_TRUE(out.starts_with("event: error\ndata: {\"code\":\"PGRST303\",")) << out;
}

TEST_F(EventStreamTest, leaves_an_event_unfinished_that_it_cannot_finish) {
  data_.write(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
      "INSERT INTO notes SELECT i FROM n");
  auto stream = open(0, revoked_after_one_pull());
  std::string out;
  EXPECT_EQ(stream.pull(out), State::waiting);
  EXPECT_LT(out.size(), 64U << 10U);
  EXPECT_EQ(out.find("\n\n", out.find("data:")), std::string::npos);
  out.clear();
  EXPECT_EQ(stream.pull(out), State::ended);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace holdfast::server
