#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "log/change_log.hpp"
#include "sql/sqlite/test_database.hpp"

// A process that writes under load is killed with SIGKILL at a random moment, again and again on the same
// file. Every acknowledged commit must be there, none half, and the log must say the same as the table.
//
// HOLDFAST_CRASH_ROUNDS gives the number of rounds; 20 without it.

namespace holdfast {
namespace {

using sql::testing::code_of;
using sql::testing::rows_of;
using sql::testing::script;
using sql::testing::system_session;

constexpr int kWriters = 8;
constexpr int kRowsPerCommit = 3;

/// The database and its log, as the engine opens them.
struct Store {
  explicit Store(const std::filesystem::path& file) : changes(std::make_unique<log::ChangeLog>()) {
    auto opened = sql::open_sqlite({.file = file, .setups = {}, .observer = changes.get()});
    if (!opened.ok()) std::abort();
    database = *std::move(opened);
    const auto prepared = database->exclusive([this](sql::Connection& connection) -> Result<void> {
      HF_CHECK(changes->prepare(connection));
      return connection.execute(
          "CREATE TABLE IF NOT EXISTS t(key INTEGER NOT NULL, part INTEGER NOT NULL, text TEXT, "
          "PRIMARY KEY (key, part)) WITHOUT ROWID, STRICT");
    });
    if (!prepared.ok()) std::abort();
  }
  std::unique_ptr<log::ChangeLog> changes;
  std::unique_ptr<sql::Database> database;
};

Result<void> insert_rows(sql::Connection& connection, std::int64_t key) {
  HF_TRY(auto insert,
         connection.prepare("INSERT INTO t(key, part, text) VALUES($1, $2, hex(randomblob(40)))"));
  for (std::int64_t part = 0; part < kRowsPerCommit; ++part) {
    insert->reset();
    HF_CHECK(insert->bind(1, sql::ValueView::of(key)));
    HF_CHECK(insert->bind(2, sql::ValueView::of(part)));
    HF_CHECK(insert->step());
  }
  return {};
}

/// Writes until it is killed; prints each key once its commit was acknowledged.
[[noreturn]] void write_until_killed(const std::filesystem::path& file, std::int64_t first_key, int pipe) {
  Store store(file);
  std::atomic<std::int64_t> next = first_key;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      while (true) {
        const auto key = next++;
        const auto answer = store.database->write(
            system_session(), [key](sql::Connection& connection) { return insert_rows(connection, key); });
        if (!answer.ok()) std::abort();
        const auto line = std::to_string(key) + "\n";
        // At most PIPE_BUF bytes, so a line is written whole or not at all.
        if (::write(pipe, line.data(), line.size()) < 0) std::abort();
      }
    });
  }
  for (auto& writer : writers) writer.join();
  std::abort();
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(descriptor, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  return text;
}

void add_lines(std::string_view text, std::set<std::int64_t>& keys) {
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
    std::int64_t key = 0;
    std::from_chars(text.data(), text.data() + end, key);
    keys.insert(key);
  }
}

/// One child, killed after `lifetime` of writing; adds what it acknowledged.
void run_and_kill(const std::filesystem::path& file, std::int64_t first_key,
                  std::chrono::microseconds lifetime, std::set<std::int64_t>& acknowledged) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(pipe[0]);
    write_until_killed(file, first_key, pipe[1]);
  }
  ::close(pipe[1]);
  std::string printed;
  std::thread killer([&] {
    std::this_thread::sleep_for(lifetime);
    ::kill(child, SIGKILL);
  });
  printed = read_all(pipe[0]);
  killer.join();
  ::close(pipe[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
  add_lines(printed, acknowledged);
}

/// What the log says the table holds.
std::map<std::int64_t, int> replay(sql::Database& database) {
  std::map<std::int64_t, int> parts;
  sql::Position since = 0;
  const auto outcome = database.read(system_session(), [&](sql::Connection& connection) -> Result<void> {
    while (true) {
      HF_TRY(const auto changes, log::read_changes(connection, since, 1000));
      if (changes.empty()) return {};
      for (const auto& change : changes) ++parts[change.fields[0].after.integer];
      since = changes.back().position;
    }
  });
  EXPECT_EQ(code_of(outcome), "ok");
  return parts;
}

std::int64_t number(sql::Database& database, std::string_view sql) {
  return std::stoll(rows_of(database, sql).at(0));
}

void expect_whole(sql::Database& database, const std::set<std::int64_t>& acknowledged) {
  EXPECT_EQ(rows_of(database, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  const auto logged = replay(database);
  for (const auto key : acknowledged) EXPECT_TRUE(logged.contains(key)) << "lost: " << key;
  std::map<std::int64_t, int> stored;
  for (const auto& line : rows_of(database, "SELECT key, count(*) FROM t GROUP BY key")) {
    const auto bar = line.find('|');
    stored[std::stoll(line)] = std::stoi(line.substr(bar + 1));
  }
  EXPECT_EQ(stored, logged);
  for (const auto& [key, parts] : stored) EXPECT_EQ(parts, kRowsPerCommit) << "half a commit: " << key;
  EXPECT_EQ(number(database, "SELECT count(*) FROM hf_commits"), static_cast<std::int64_t>(stored.size()));
  EXPECT_EQ(number(database, "SELECT coalesce(max(position), 0) FROM hf_commits"),
            number(database, "SELECT count(*) FROM hf_commits"));
}

int rounds() {
  const char* wanted = std::getenv("HOLDFAST_CRASH_ROUNDS");
  return wanted == nullptr ? 20 : std::atoi(wanted);
}

TEST(KilledAtAnyMoment, the_database_holds_every_acknowledged_commit_whole_and_the_log_agrees) {
  const sql::testing::TemporaryFolder folder;
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> lifetimes(500, 150'000);
  std::set<std::int64_t> acknowledged;
  std::int64_t next_key = 1;
  for (int round = 0; round < rounds() && !::testing::Test::HasFailure(); ++round) {
    run_and_kill(folder.file(), next_key, std::chrono::microseconds(lifetimes(random)), acknowledged);
    // In this process only between children: a fork would carry an open database into the child.
    Store store(folder.file());
    expect_whole(*store.database, acknowledged);
    next_key = number(*store.database, "SELECT coalesce(max(key), 0) + 1 FROM t");
  }
  EXPECT_GT(acknowledged.size(), 0U);
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

}  // namespace
}  // namespace holdfast
