#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/testing/temporary_folder.hpp"
#include "crash/parallel.hpp"
#include "crash/power_trial.hpp"

// Power is lost at every moment of many workloads; tests/crash/README.md.
//
//   power_loss [--seeds FIRST-LAST] [--jobs N] [--without-sabotage]
//   power_loss --seed N

namespace holdfast::crash {
namespace {

struct Wishes {
  std::uint64_t first = 1;
  std::uint64_t last = std::getenv("HOLDFAST_NIGHTLY") != nullptr ? 10'000 : 500;
  int jobs = 2;
  bool sabotage = true;
};

void run_seed(std::uint64_t seed, const std::filesystem::path& folder, Sum& sum) {
  const auto outcome = run_power_trial(seed, {}, folder);
  sum.disks += outcome.disks;
  ++(outcome.problem ? sum.failed : sum.passed);
  if (!outcome.problem) return;
  std::printf("seed %llu: %s\n  again: build/release/power_loss --seed %llu\n",
              static_cast<unsigned long long>(seed), outcome.problem->c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

Sum run_seeds(const Wishes& wishes, int share) {
  const base::testing::TemporaryFolder folder;
  Sum sum;
  for (auto seed = wishes.first + static_cast<std::uint64_t>(share); seed <= wishes.last;
       seed += static_cast<std::uint64_t>(wishes.jobs))
    run_seed(seed, folder.path(), sum);
  return sum;
}

/// A sync that is missing must show within so many seeds.
constexpr std::uint64_t kSeedsUntilFound = 60;

struct NamedSabotage {
  const char* name;
  Sabotage sabotage;
};

bool is_found(const NamedSabotage& wrong) {
  const base::testing::TemporaryFolder folder;
  std::size_t disks = 0;
  for (std::uint64_t seed = 1; seed <= kSeedsUntilFound; ++seed) {
    const auto outcome = run_power_trial(seed, wrong.sabotage, folder.path());
    disks += outcome.disks;
    if (!outcome.problem) continue;
    std::printf("without %s: found by seed %llu, disk %zu: %s\n", wrong.name,
                static_cast<unsigned long long>(seed), disks, outcome.problem->c_str());
    return true;
  }
  std::printf("without %s: NOT found in %llu seeds, %zu disks\n", wrong.name,
              static_cast<unsigned long long>(kSeedsUntilFound), disks);
  return false;
}

Sum sabotage(int share, int jobs) {
  using testing::SkippedSync;
  const std::array kSabotages{
      NamedSabotage{"the sync of the log at a commit", {.skipped = SkippedSync::log}},
      NamedSabotage{"the sync of the log's header when it starts anew", {.skipped = SkippedSync::log_header}},
      NamedSabotage{"the sync of the database in a checkpoint", {.skipped = SkippedSync::database}},
      NamedSabotage{"the sync of the folder after a file was made", {.skipped = SkippedSync::folder}},
      NamedSabotage{"synchronous=FULL (NORMAL in its place)", {.synchronous = "NORMAL"}},
      NamedSabotage{"synchronous=FULL (OFF in its place)", {.synchronous = "OFF"}},
  };
  Sum sum;
  for (auto i = static_cast<std::size_t>(share); i < kSabotages.size(); i += static_cast<std::size_t>(jobs))
    ++(is_found(kSabotages[i]) ? sum.passed : sum.failed);
  return sum;
}

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse(int count, char** arguments, Wishes& wishes) {
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    if (name == "--without-sabotage") {
      wishes.sabotage = false;
      continue;
    }
    ++i;
    const auto dash = value.find('-');
    if (name == "--seed" && read_number(value, wishes.first)) {
      wishes = {.first = wishes.first, .last = wishes.first, .jobs = 1, .sabotage = false};
    } else if (name == "--seeds" && dash != std::string_view::npos) {
      if (!read_number(value.substr(0, dash), wishes.first)) return false;
      if (!read_number(value.substr(dash + 1), wishes.last)) return false;
    } else if (name != "--jobs" || !read_number(value, wishes.jobs) || wishes.jobs < 1) {
      return false;
    }
  }
  return true;
}

int run(int count, char** arguments) {
  Wishes wishes;
  if (!parse(count, arguments, wishes)) {
    std::fputs("usage: power_loss [--seeds FIRST-LAST] [--jobs N] [--without-sabotage] | --seed N\n", stderr);
    return 2;
  }
  const auto begun = std::chrono::steady_clock::now();
  auto sum = run_in_processes(wishes.jobs, [&](int share) { return run_seeds(wishes, share); });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  std::printf("%llu seeds, %llu power losses, %.1f s\n",
              static_cast<unsigned long long>(sum.passed + sum.failed),
              static_cast<unsigned long long>(sum.disks), seconds.count());
  if (wishes.sabotage) {
    const auto found = run_in_processes(wishes.jobs, [&](int share) { return sabotage(share, wishes.jobs); });
    sum.passed += found.passed;
    sum.failed += found.failed;
  }
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(sum.passed),
              static_cast<unsigned long long>(sum.failed));
  return sum.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace holdfast::crash

int main(int count, char** arguments) { return holdfast::crash::run(count, arguments); }
