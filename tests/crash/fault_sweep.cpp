#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "base/testing/temporary_folder.hpp"
#include "crash/examine.hpp"
#include "crash/fault_trial.hpp"
#include "crash/parallel.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/test_database.hpp"
#include "support/failing_memory.hpp"

// Every call of the disk and every allocation of a scripted workload fails, one after the other;
// tests/crash/README.md.
//
//   fault_sweep [--jobs N]
//   fault_sweep --only KIND:NTH        one fault: its number in the list that is printed, and which call

namespace holdfast::crash {

/// Of this thread: so many allocations of our own code until one fails; negative: none does.
thread_local long allocations_left = -1;

namespace {

using testing::DiskCall;

/// A trial takes milliseconds.
constexpr unsigned kSecondsUntilHung = 60;

struct Kind {
  Fault fault;
  /// Every so many-th call only, where there are too many for a usual run.
  std::size_t stride = 1;
};

std::vector<Kind> kinds() {
  const bool nightly = std::getenv("HOLDFAST_NIGHTLY") != nullptr;
  return {
      {{.call = DiskCall::open, .code = SQLITE_CANTOPEN}},
      {{.call = DiskCall::open, .code = SQLITE_CANTOPEN, .lasting = true}},
      {{.call = DiskCall::read, .code = SQLITE_IOERR_READ}},
      {{.call = DiskCall::write, .code = SQLITE_FULL}},
      {{.call = DiskCall::write, .code = SQLITE_FULL, .lasting = true}},
      {{.call = DiskCall::write, .code = SQLITE_IOERR_WRITE}},
      {{.call = DiskCall::write, .code = SQLITE_IOERR_WRITE, .lasting = true}},
      {{.call = DiskCall::truncate, .code = SQLITE_IOERR_TRUNCATE}},
      {{.call = DiskCall::sync, .code = SQLITE_IOERR_FSYNC}},
      {{.call = DiskCall::sync, .code = SQLITE_IOERR_FSYNC, .lasting = true}},
      {{.call = DiskCall::unlink, .code = SQLITE_IOERR_DELETE}},
      {{.call = DiskCall::shared_memory, .code = SQLITE_IOERR_SHMMAP}},
      {{}, nightly ? std::size_t{1} : std::size_t{7}},
      {{.lasting = true}, nightly ? std::size_t{7} : std::size_t{97}},
  };
}

/// For whoever reads that the process died.
std::array<char, 160> under_way{};

void tell_and_die(int signal) {
  [[maybe_unused]] const auto told = ::write(STDOUT_FILENO, under_way.data(), std::strlen(under_way.data()));
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void watch() {
  for (const int signal : {SIGALRM, SIGSEGV, SIGABRT, SIGBUS}) ::signal(signal, &tell_and_die);
  // The rooms log each fault, as they should.
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDERR_FILENO);
  ::close(nowhere);
}

FaultOutcome run_watched(const Fault& fault, std::size_t kind, const std::filesystem::path& folder) {
  std::snprintf(under_way.data(), under_way.size(), "died or hung: %zu:%zu, %s\n", kind, fault.nth,
                describe(fault).c_str());
  ::alarm(kSecondsUntilHung);
  auto outcome = run_fault_trial(fault, folder);
  ::alarm(0);
  if (outcome.problem)
    std::printf("%s: %s\n  again: build/release/fault_sweep --only %zu:%zu\n", describe(fault).c_str(),
                outcome.problem->c_str(), kind, fault.nth);
  return outcome;
}

/// Every `jobs`-th call of one kind, until the script makes no more.
Sum sweep_kind(const Kind& kind, std::size_t number, int share, int jobs,
               const std::filesystem::path& folder) {
  Sum sum;
  auto fault = kind.fault;
  const auto step = kind.stride * static_cast<std::size_t>(jobs);
  for (fault.nth = 1 + kind.stride * static_cast<std::size_t>(share);; fault.nth += step) {
    const auto outcome = run_watched(fault, number, folder);
    if (!outcome.came) break;
    ++(outcome.problem ? sum.failed : sum.passed);
  }
  std::printf("%zu: %s, share %d: %llu faults, %llu failed\n", number, describe(kind.fault).c_str(), share,
              static_cast<unsigned long long>(sum.passed + sum.failed),
              static_cast<unsigned long long>(sum.failed));
  std::fflush(stdout);
  return sum;
}

/// A write during which the `nth` allocation outside SQLite fails.
Result<sql::Committed> write_without_memory(Store& store, long nth) {
  const auto key = std::to_string(1'000'000 + nth);
  const auto sql = "INSERT INTO accounts(id, name, balance) VALUES(" + key + ", 'own " + key +
                   "', 1); INSERT INTO orders(id, account_id, total) VALUES(" + key + ", " + key +
                   ", 2.5); INSERT INTO lines(order_id, part, note) VALUES(" + key +
                   ", 1, 'line of some length'), (" + key + ", 2, 'line'); DELETE FROM accounts WHERE id < " +
                   key + ";";
  return store.database().write(sql::testing::system_session(), [&sql, nth](sql::Connection& connection) {
    struct Scarcity {
      explicit Scarcity(long left) { allocations_left = left; }
      ~Scarcity() { allocations_left = -1; }
    } const scarcity(nth - 1);
    return connection.execute(sql);
  });
}

/// Every allocation of a write's closure and of the log's look at its rows, until none is left to fail.
Sum sweep_own_allocations(const std::filesystem::path& folder) {
  Sum sum;
  testing::put_image(folder, {});
  auto store = Store::open(folder);
  if (!store.ok() || !(*store)->migrate(1).ok()) return {.passed = 0, .failed = 1};
  const auto expect = [&](bool well, long nth, const std::string& what) {
    ++(well ? sum.passed : sum.failed);
    if (!well) std::printf("our own allocation %ld: %s\n", nth, what.c_str());
  };
  bool came = true;
  for (long nth = 1; came; ++nth) {
    std::snprintf(under_way.data(), under_way.size(), "died or hung: our own allocation %ld\n", nth);
    const auto answer = write_without_memory(**store, nth);
    came = !answer.ok();
    expect(answer.ok() || answer.error().code == "53200", nth, answer.ok() ? "" : answer.error().to_string());
    const auto after = (*store)->database().write(
        sql::testing::system_session(),
        sql::testing::script("INSERT INTO accounts(id, name, balance) VALUES(" + std::to_string(100 + nth) +
                             ", 'name " + std::to_string(100 + nth) + "', 1)"));
    expect(after.ok(), nth, "writes do not go on");
  }
  const auto found = examine(**store);
  expect(found.ok() && found->problems.empty(), 0, "the log and the tables do not agree");
  return sum;
}

Sum sweep(int share, int jobs) {
  watch();
  testing::FailingMemory::install();
  const base::testing::TemporaryFolder folder;
  Sum sum;
  const auto all = kinds();
  for (std::size_t number = 0; number < all.size(); ++number) {
    const auto part = sweep_kind(all[number], number, share, jobs, folder.path());
    sum.passed += part.passed;
    sum.failed += part.failed;
  }
  if (share == 0) {
    const auto part = sweep_own_allocations(folder.path() / "own");
    std::printf("our own allocations: %llu checks, %llu failed\n",
                static_cast<unsigned long long>(part.passed + part.failed),
                static_cast<unsigned long long>(part.failed));
    sum.passed += part.passed;
    sum.failed += part.failed;
  }
  return sum;
}

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

int usage() {
  std::fputs("usage: fault_sweep [--jobs N] | --only KIND:NTH\n", stderr);
  return 2;
}

int run_one(std::string_view which) {
  const auto colon = which.find(':');
  std::size_t kind = 0;
  Fault fault;
  if (colon == std::string_view::npos || !read_number(which.substr(0, colon), kind) || kind >= kinds().size())
    return usage();
  fault = kinds()[kind].fault;
  if (!read_number(which.substr(colon + 1), fault.nth)) return usage();
  testing::FailingMemory::install();
  const base::testing::TemporaryFolder folder;
  const auto outcome = run_watched(fault, kind, folder.path());
  std::printf("%s: %s\n", describe(fault).c_str(),
              outcome.problem ? "failed"
              : outcome.came  ? "passed"
                              : "did not come");
  return outcome.problem ? 1 : 0;
}

int run(int count, char** arguments) {
  int jobs = 2;
  if (count == 3 && std::string_view(arguments[1]) == "--only") return run_one(arguments[2]);
  const bool has_jobs = count == 3 && std::string_view(arguments[1]) == "--jobs";
  if (count != 1 && (!has_jobs || !read_number(std::string_view(arguments[2]), jobs) || jobs < 1))
    return usage();
  const auto begun = std::chrono::steady_clock::now();
  const auto sum = run_in_processes(jobs, [jobs](int share) { return sweep(share, jobs); });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  std::printf("%llu faults, %.1f s\n", static_cast<unsigned long long>(sum.passed + sum.failed),
              seconds.count());
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(sum.passed),
              static_cast<unsigned long long>(sum.failed));
  return sum.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace holdfast::crash

/// Of the whole program, because a program has one.
void* operator new(std::size_t size) {
  using holdfast::crash::allocations_left;
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main(int count, char** arguments) { return holdfast::crash::run(count, arguments); }
