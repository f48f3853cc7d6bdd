#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "crash/examine.hpp"
#include "crash/store.hpp"
#include "crash/workload.hpp"
#include "sql/sqlite/test_database.hpp"

// A process that writes under load is killed with SIGKILL at a random moment, again and again on the same
// files: while it opens, migrates, commits, checkpoints. HOLDFAST_CRASH_ROUNDS gives the number of rounds.

namespace holdfast::crash {
namespace {

using sql::testing::system_session;

constexpr int kWriters = 6;
/// Then the files have grown enough, and others begin.
constexpr int kRoundsPerStore = 20;
/// The name of a migration's line, with its number.
constexpr std::string_view kMigration = "migration ";

struct Acknowledged {
  std::map<log::Position, std::string> writes;
  int migrations = 0;
};

struct Round {
  std::filesystem::path folder;
  StoreOptions options;
  std::uint64_t seed = 0;
  bool migrates = false;
};

/// `position name`, at most PIPE_BUF bytes, so that a line is written whole or not at all.
void tell(int pipe, log::Position position, const std::string& name) {
  const auto line = std::to_string(position) + " " + name + "\n";
  if (::write(pipe, line.data(), line.size()) < 0) std::abort();
}

void write_until_killed(Store& store, std::uint64_t seed, std::atomic<std::int64_t>& next, int pipe) {
  testing::Random random(seed);
  while (true) {
    auto step = draw_step(random, next++);
    if (step.rollback) continue;
    const auto answer =
        store.database().write({.principal = base::Principal::system(), .request_id = step.name}, step.work);
    if (!answer.ok() && !is_refusal(answer.error().code)) std::abort();
    if (answer.ok() && answer->position > 0) tell(pipe, answer->position, step.name);
  }
}

void migrate_one(Store& store, int pipe) {
  const int target = store.migrations() + 1;
  if (target > kMigrations) return;
  if (!store.migrate(target).ok()) std::abort();
  tell(pipe, 0, std::string(kMigration) + std::to_string(target));
}

[[noreturn]] void serve_until_killed(const Round& round, int pipe) {
  auto store = Store::open(round.folder, round.options);
  if (!store.ok()) std::abort();
  if ((*store)->migrations() == 0) migrate_one(**store, pipe);
  std::atomic<std::int64_t> next = static_cast<std::int64_t>(round.seed % 1'000'000) * 1'000'000;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back(
        [&, i] { write_until_killed(**store, round.seed + static_cast<std::uint64_t>(i), next, pipe); });
  if (round.migrates) migrate_one(**store, pipe);
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

void add_lines(std::string_view text, Acknowledged& acknowledged) {
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
    const auto line = text.substr(0, end);
    const auto space = line.find(' ');
    log::Position position = 0;
    std::from_chars(line.data(), line.data() + space, position);
    const auto name = line.substr(space + 1);
    if (position > 0)
      acknowledged.writes[position] = name;
    else
      acknowledged.migrations = std::atoi(std::string(name.substr(kMigration.size())).c_str());
  }
}

/// One child, killed after `lifetime`; adds what it acknowledged.
void run_and_kill(const Round& round, std::chrono::microseconds lifetime, Acknowledged& acknowledged) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(pipe[0]);
    serve_until_killed(round, pipe[1]);
  }
  ::close(pipe[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(lifetime);
    ::kill(child, SIGKILL);
  });
  const auto printed = read_all(pipe[0]);
  killer.join();
  ::close(pipe[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
  add_lines(printed, acknowledged);
}

void expect_whole(const Round& round, const Acknowledged& acknowledged) {
  // In this process only between children: a fork would carry an open database into the child.
  auto store = Store::open(round.folder, round.options);
  ASSERT_TRUE(store.ok()) << store.error().to_string();
  const auto found = examine(**store);
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->problems, std::vector<std::string>{});
  EXPECT_GE(found->migrations, acknowledged.migrations);
  for (const auto& [position, name] : acknowledged.writes) {
    ASSERT_LE(position, found->position) << "lost: " << name;
    EXPECT_EQ(found->requests[static_cast<std::size_t>(position) - 1], name);
  }
}

int rounds() {
  if (const char* wanted = std::getenv("HOLDFAST_CRASH_ROUNDS")) return std::atoi(wanted);
  return std::getenv("HOLDFAST_NIGHTLY") != nullptr ? 2000 : 200;
}

TEST(KilledAtAnyMoment, the_database_holds_every_acknowledged_commit_whole_and_the_log_agrees) {
  std::random_device random;
  std::uniform_int_distribution<int> lifetimes(500, 150'000);
  std::size_t acknowledged_writes = 0;
  for (int first = 0; first < rounds() && !::testing::Test::HasFailure(); first += kRoundsPerStore) {
    const base::testing::TemporaryFolder folder;
    Acknowledged acknowledged;
    const StoreOptions options{.search = first % (2 * kRoundsPerStore) == 0,
                               .checkpoint_pages = first % 3 == 0 ? 20 : 400,
                               .writer_cache_bytes = first % 5 == 0 ? 32U << 10U : 64U << 20U};
    for (int i = first; i < std::min(first + kRoundsPerStore, rounds()) && !HasFailure(); ++i) {
      const Round round{
          .folder = folder.path(), .options = options, .seed = random(), .migrates = i % 5 == 4};
      SCOPED_TRACE("round " + std::to_string(i));
      run_and_kill(round, std::chrono::microseconds(lifetimes(random)), acknowledged);
      expect_whole(round, acknowledged);
    }
    acknowledged_writes += acknowledged.writes.size();
  }
  EXPECT_GT(acknowledged_writes, 0U);
  RecordProperty("acknowledged", static_cast<int>(acknowledged_writes));
  std::printf("%d rounds, %zu acknowledged writes\n", rounds(), acknowledged_writes);
}

}  // namespace
}  // namespace holdfast::crash
