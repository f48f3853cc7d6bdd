#include "crash/fault_trial.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "crash/examine.hpp"
#include "crash/store.hpp"
#include "crash/workload.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/test_database.hpp"
#include "support/failing_memory.hpp"

namespace holdfast::crash {
namespace {

using sql::testing::rows_on;
using sql::testing::script;
using sql::testing::system_session;
using testing::DiskCall;
using testing::FailingMemory;
using testing::WatchedDisk;

constexpr int kPowerLosses = 3;

/// A defect that was found; ends the trial.
struct Found {
  std::string what;
};

class FaultTrial {
 public:
  FaultTrial(const Fault& fault, std::filesystem::path folder) : fault_(fault), folder_(std::move(folder)) {
    testing::put_image(disk_folder(), {});
    disk_ = std::make_unique<WatchedDisk>(disk_folder());
    options_.checkpoint_pages = 6;
    options_.writer_cache_bytes = 32U << 10U;
  }

  FaultOutcome run() {
    FaultOutcome outcome;
    try {
      plan();
      serve();
      outcome.came = has_come();
      repair();
      if (outcome.came) {
        go_on();
        store_.reset();
        lose_power();
        return_from_it();
      }
    } catch (const Found& found) {
      repair();
      outcome.came = true;
      outcome.problem = found.what;
    }
    return outcome;
  }

 private:
  [[nodiscard]] std::filesystem::path disk_folder() const { return folder_ / "disk"; }

  void plan() {
    if (fault_.call)
      disk_->plan({.call = *fault_.call, .nth = fault_.nth, .code = fault_.code, .lasting = fault_.lasting});
    else
      FailingMemory::fail(fault_.nth, fault_.lasting);
  }
  [[nodiscard]] bool has_come() const {
    return fault_.call ? disk_->has_failed() : FailingMemory::has_failed();
  }
  void repair() {
    disk_->repair();
    FailingMemory::repair();
  }

  // The script. Each part answers whether the next one makes sense.

  void serve() {
    testing::Random random(20260131);
    if (!open() || !migrate(1)) return;
    for (int i = 0; i < 8; ++i) write(random);
    if (!migrate(2)) return;
    write_together(random, 6);
    judge(read(), "read");
    store_.reset();
    if (!open()) return;
    write_together(random, 6);
    migrate(3);
    write(random);
    judge(read(), "read");
  }

  bool open() {
    auto opened = Store::open(disk_folder(), options_);
    judge(opened, "open");
    stopped_ = false;
    opened_at_ = disk_->moment();
    if (opened.ok()) store_ = *std::move(opened);
    return opened.ok();
  }

  bool migrate(int target) {
    const auto migrated = store_->migrate(target);
    judge(migrated, "migrate");
    if (migrated.ok()) migrations_ = target;
    return migrated.ok();
  }

  struct Asked {
    std::string name;
    std::future<Result<sql::Committed>> answer;
  };

  Asked ask(Step step) {
    auto promise = std::make_shared<std::promise<Result<sql::Committed>>>();
    Asked asked{.name = step.name, .answer = promise->get_future()};
    store_->database().write_async(
        {.session = {.principal = base::Principal::system(), .request_id = step.name},
         .work = std::move(step.work),
         .done = [promise](Result<sql::Committed> answer) { promise->set_value(std::move(answer)); },
         .rollback = step.rollback});
    return asked;
  }

  Result<sql::Committed> settle(Asked asked) {
    auto answer = asked.answer.get();
    if (answer.ok() && answer->position > 0) acknowledged_[answer->position] = asked.name;
    if (!answer.ok() && is_refusal(answer.error().code)) return answer;
    judge(answer, "write");
    if (answer.ok() && stopped_) throw Found{"a write was taken after the disk had failed for good"};
    if (!answer.ok() && answer.error().in_doubt && answer.error().code == "58030") stopped_ = true;
    return answer;
  }

  void write(testing::Random& random) { (void)settle(ask(draw_step(random, ++steps_))).ok(); }

  void write_together(testing::Random& random, int count) {
    std::vector<Asked> asked;
    for (int i = 0; i < count; ++i) asked.push_back(ask(draw_step(random, ++steps_)));
    for (auto& one : asked) (void)settle(std::move(one)).ok();
  }

  Result<void> read() {
    return store_->database().read(system_session(), [](sql::Connection& connection) -> Result<void> {
      HF_CHECK(rows_on(connection, "SELECT count(*), sum(length(note)) FROM lines"));
      return {};
    });
  }

  /// What may be told of this fault.
  template <class T>
  void judge(const Result<T>& result, const std::string& what) {
    if (result.ok()) return;
    const auto& error = result.error();
    static const std::set<std::string> kDisk{"53100", "58030"};
    const bool clear = fault_.call ? kDisk.contains(error.code) : error.code == "53200";
    if (!clear || error.message.empty()) throw Found{what + " was answered unclearly: " + error.to_string()};
    if (!has_come()) throw Found{what + " failed before the fault came: " + error.to_string()};
    if (error.code == "53100" && error.in_doubt) throw Found{"a full disk leaves nothing in doubt"};
  }

  // Everything works again, in the process that met the fault.

  [[nodiscard]] bool must_go_on() const { return !fault_.call || fault_.code == SQLITE_FULL; }
  [[nodiscard]] bool a_sync_failed() const {
    const auto& events = disk_->events();
    return std::any_of(
        events.begin() + static_cast<std::ptrdiff_t>(opened_at_), events.end(),
        [](const testing::DiskEvent& event) { return event.kind == testing::DiskEvent::Kind::failed_sync; });
  }

  void go_on() {
    if (!store_ && !open()) throw Found{"the store does not open when everything works again"};
    const bool failed = a_sync_failed();
    if (migrations_ == 0 && store_->migrations() == 0 && !migrate(1)) {
      if (must_go_on()) throw Found{"no migration when everything works again"};
      return;
    }
    const auto syncs = disk_->calls(DiskCall::sync);
    testing::Random random(7);
    Step plain = draw_step(random, ++steps_);
    plain.work = script("INSERT INTO accounts(id, name, balance) VALUES(-5, 'after', 5)");
    plain.rollback = false;
    const auto answer = settle(ask(std::move(plain)));
    if (!answer.ok() && must_go_on())
      throw Found{"writes do not go on when everything works again: " + answer.error().to_string()};
    if (answer.ok() && failed) throw Found{"a write was taken after a sync had failed"};
    if (!answer.ok() && disk_->calls(DiskCall::sync) != syncs)
      throw Found{"a write was refused, and the disk was synced again"};
    const auto rows = read();
    if (!rows.ok()) throw Found{"reads do not go on: " + rows.error().to_string()};
  }

  // The next process.

  void lose_power() {
    if (!fault_.call) return;
    testing::DiskModel model(disk_->beginning());
    for (const auto& event : disk_->events()) model.apply(event);
    testing::Random random(fault_.nth);
    for (int i = 0; i < kPowerLosses; ++i) {
      testing::put_image(folder_ / "check", model.lose_power(random));
      check(folder_ / "check", "after a power loss");
    }
  }

  void return_from_it() { check(disk_folder(), "in the next process"); }

  void check(const std::filesystem::path& folder, const std::string& when) {
    auto store = Store::open(folder, options_);
    if (!store.ok()) throw Found{when + " the store does not open: " + store.error().to_string()};
    const auto found = examine(**store);
    if (!found.ok()) throw Found{when + " the store cannot be read: " + found.error().to_string()};
    if (!found->problems.empty()) throw Found{when + ": " + found->problems.front()};
    if (found->migrations < migrations_)
      throw Found{when + " migration " + std::to_string(migrations_) + " is lost"};
    for (const auto& [position, name] : acknowledged_)
      if (position > found->position || found->requests[static_cast<std::size_t>(position) - 1] != name)
        throw Found{when + " an acknowledged write is lost: " + name + " at position " +
                    std::to_string(position)};
    if (found->migrations == 0) return;
    const auto written = (*store)->database().write(
        system_session(), script("INSERT INTO accounts(id, name, balance) VALUES(-6, 'later', 5)"));
    if (!written.ok()) throw Found{when + " nothing can be written: " + written.error().to_string()};
  }

  Fault fault_;
  std::filesystem::path folder_;
  StoreOptions options_;
  std::unique_ptr<WatchedDisk> disk_;
  std::unique_ptr<Store> store_;
  std::int64_t steps_ = 0;
  int migrations_ = 0;
  /// Of this store: it said that it no longer writes.
  bool stopped_ = false;
  std::size_t opened_at_ = 0;
  std::map<log::Position, std::string> acknowledged_;
};

}  // namespace

std::string describe(const Fault& fault) {
  const auto kind = fault.call ? std::string(name_of(*fault.call)) : "allocation";
  return kind + " " + std::to_string(fault.nth) + (fault.lasting ? " and all after it" : "") +
         (fault.call ? std::string(": ") + sqlite3_errstr(fault.code & 0xff) + " (" +
                           std::to_string(fault.code) + ")"
                     : "");
}

FaultOutcome run_fault_trial(const Fault& fault, const std::filesystem::path& folder) {
  return FaultTrial(fault, folder).run();
}

}  // namespace holdfast::crash
