#include "crash/power_trial.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "crash/examine.hpp"
#include "crash/store.hpp"
#include "crash/workload.hpp"
#include "sql/sqlite/test_database.hpp"

namespace holdfast::crash {
namespace {

using sql::testing::OneBatch;
using sql::testing::script;
using sql::testing::system_session;
using testing::DiskEvent;
using testing::DiskModel;
using testing::WatchedDisk;

/// What the store held when a batch had been acknowledged.
struct Boundary {
  std::size_t moment = 0;
  int migrations = 0;
  log::Position position = 0;
  std::string tables{};
};

/// A defect that was found; ends the trial.
struct Found {
  std::string what;
};

/// One disk event after the other is a moment at which power may go; the first is before anything happened.
class PowerTrial {
 public:
  PowerTrial(std::uint64_t seed, const Sabotage& sabotage, std::filesystem::path folder)
      : seed_(seed), sabotage_(sabotage), folder_(std::move(folder)), random_(seed) {
    testing::put_image(disk_folder(), {});
    disk_ = std::make_unique<WatchedDisk>(disk_folder());
    options_.search = random_() % 5 == 0;
    options_.synchronous = sabotage_.synchronous;
    options_.checkpoint_pages = 2 + static_cast<int>(random_() % 12);
    if (random_() % 3 == 0) options_.writer_cache_bytes = 32U << 10U;
  }

  TrialOutcome run() {
    const auto generations = 1 + random_() % 2;
    try {
      for (generation_ = 0; generation_ < generations; ++generation_) {
        record();
        lose_power_everywhere();
      }
    } catch (const Found& found) {
      outcome_.problem = found.what;
    }
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] std::filesystem::path disk_folder() const { return folder_ / "disk"; }
  [[nodiscard]] std::filesystem::path check_folder() const { return folder_ / "check"; }

  template <class T>
  T need(Result<T> result, const std::string& what) {
    if (!result.ok()) throw Found{what + ": " + result.error().to_string()};
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }

  // The workload.

  void record() {
    boundaries_ = {Boundary{
        .moment = 0, .migrations = last_.migrations, .position = last_.position, .tables = last_.tables}};
    disk_->begin(sabotage_.skipped);
    store_ = need(Store::open(disk_folder(), options_), "opening the store");
    if (store_->migrations() == 0) migrate();
    const auto batches = 1 + random_() % 4;
    for (std::size_t i = 0; i < batches; ++i) act();
    store_.reset();
  }

  void act() {
    switch (random_() % 10) {
      case 0:
        store_.reset();
        store_ = need(Store::open(disk_folder(), options_), "opening the store again");
        return;
      case 1:
        return migrate();
      case 2:
        return write_beside_a_reader();
      default:
        return write_batch();
    }
  }

  void migrate() {
    if (store_->migrations() == kMigrations) return write_batch();
    need(store_->migrate(store_->migrations() + 1), "migrating");
    remember(disk_->moment());
  }

  /// Its snapshot keeps the log from starting anew.
  void write_beside_a_reader() {
    need(store_->database().read(system_session(),
                                 [&](sql::Connection& connection) -> Result<void> {
                                   HF_CHECK(connection.execute("SELECT count(*) FROM accounts"));
                                   write_batch();
                                   write_batch();
                                   return {};
                                 }),
         "a reader beside the writer");
  }

  void write_batch() {
    std::atomic<std::size_t> acknowledged = std::numeric_limits<std::size_t>::max();
    OneBatch batch(store_->database());
    const auto steps = 1 + random_() % 6;
    for (std::size_t i = 0; i < steps; ++i) {
      auto step = draw_step(random_, ++steps_);
      batch.add({.session = {.principal = base::Principal::system(), .request_id = step.name},
                 .work = std::move(step.work),
                 .done =
                     [&](const Result<sql::Committed>& answer) {
                       if (answer.ok() && answer->position > 0)
                         acknowledged = std::min(acknowledged.load(), disk_->moment());
                     },
                 .rollback = step.rollback});
    }
    for (const auto& answer : batch.run())
      if (!answer.ok() && !is_refusal(answer.error().code))
        throw Found{"a write on a disk that works was refused: " + answer.error().to_string()};
    if (acknowledged != std::numeric_limits<std::size_t>::max()) remember(acknowledged);
  }

  void remember(std::size_t moment) {
    auto found = need(examine(*store_), "reading the store");
    complain(found, "before any power loss");
    boundaries_.push_back({.moment = moment,
                           .migrations = found.migrations,
                           .position = found.position,
                           .tables = std::move(found.tables)});
  }

  static void complain(const Findings& found, const std::string& when) {
    if (found.problems.empty()) return;
    throw Found{when + ": " + found.problems.front() + " (" + std::to_string(found.problems.size()) +
                " problems)"};
  }

  // What is left of it.

  void lose_power_everywhere() {
    const auto& events = disk_->events();
    DiskModel model(disk_->beginning());
    const auto goes_on = random_() % (events.size() + 1);
    testing::DiskImage next;
    Findings next_findings;
    for (std::size_t cut = 0;; ++cut) {
      std::seed_seq seeds{seed_, std::uint64_t{generation_}, std::uint64_t{cut}};
      testing::Random random(seeds);
      auto image = model.lose_power(random);
      auto findings = check(image, cut);
      if (cut == goes_on) {
        next = std::move(image);
        next_findings = std::move(findings);
      }
      if (cut == events.size()) break;
      model.apply(events[cut]);
    }
    last_ = std::move(next_findings);
    testing::put_image(disk_folder(), next);
  }

  Findings check(const testing::DiskImage& image, std::size_t cut) {
    ++outcome_.disks;
    testing::put_image(check_folder(), image);
    try {
      return check_store(cut);
    } catch (const Found& found) {
      const auto kept = folder_.parent_path() / ("power-loss-" + std::to_string(seed_));
      if (sabotage_.skipped == testing::SkippedSync::none && sabotage_.synchronous.empty())
        testing::put_image(kept, image);
      const auto last = cut == 0 ? "nothing" : describe(disk_->events()[cut - 1]);
      throw Found{"generation " + std::to_string(generation_) + ", power lost after event " +
                  std::to_string(cut) + " of " + std::to_string(disk_->events().size()) + " (" + last +
                  "): " + found.what};
    }
  }

  Findings check_store(std::size_t cut) {
    auto store = need(Store::open(check_folder(), options_), "the disk cannot be opened");
    auto findings = need(examine(*store), "the disk cannot be read");
    complain(findings, "after the power loss");
    compare(findings, cut);
    if (findings.migrations > 0) write_on(*store, findings.position);
    return findings;
  }

  void compare(const Findings& findings, std::size_t cut) {
    const auto is_there = [&](const Boundary& boundary) {
      return boundary.migrations == findings.migrations && boundary.position == findings.position;
    };
    const auto state = std::ranges::find_if(boundaries_, is_there);
    const auto reached = "migration " + std::to_string(findings.migrations) + ", position " +
                         std::to_string(findings.position);
    const auto acknowledged =
        std::ranges::find_if(boundaries_.rbegin(), boundaries_.rend(),
                             [&](const Boundary& boundary) { return boundary.moment <= cut; });
    if (state == boundaries_.end()) {
      // A batch that was broken is committed in several parts, none of them acknowledged before the last.
      const auto next = acknowledged.base();
      const bool between = next != boundaries_.end() && findings.migrations == acknowledged->migrations &&
                           findings.migrations == next->migrations &&
                           findings.position > acknowledged->position && findings.position < next->position;
      if (!between) throw Found{"what was never committed is there: " + reached};
      return;
    }
    if (state < acknowledged.base() - 1)
      throw Found{"an acknowledged write is lost: the disk holds " + reached +
                  ", acknowledged was migration " + std::to_string(acknowledged->migrations) + ", position " +
                  std::to_string(acknowledged->position)};
    if (state->tables != findings.tables) throw Found{"the tables are not what they were at " + reached};
  }

  void write_on(Store& store, log::Position position) {
    const auto written =
        need(store.database().write(system_session(),
                                    script("INSERT INTO accounts(id, name, balance) VALUES(-1, 'later', 1)")),
             "writing after the power loss");
    if (written.position != position + 1)
      throw Found{"the first write after " + std::to_string(position) + " got position " +
                  std::to_string(written.position)};
  }

  std::uint64_t seed_;
  Sabotage sabotage_;
  std::filesystem::path folder_;
  testing::Random random_;
  StoreOptions options_;
  std::unique_ptr<WatchedDisk> disk_;
  std::unique_ptr<Store> store_;
  std::size_t generation_ = 0;
  std::int64_t steps_ = 0;
  std::vector<Boundary> boundaries_;
  /// What stands on the disk at the beginning of a generation.
  Findings last_;
  TrialOutcome outcome_;
};

}  // namespace

TrialOutcome run_power_trial(std::uint64_t seed, const Sabotage& sabotage,
                             const std::filesystem::path& folder) {
  return PowerTrial(seed, sabotage, folder).run();
}

}  // namespace holdfast::crash
