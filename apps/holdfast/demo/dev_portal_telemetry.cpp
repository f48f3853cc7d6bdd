#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "demo/batch_writer.hpp"
#include "demo/dev_portal_import.hpp"
#include "demo/stable_id.hpp"

namespace holdfast::demo {
namespace {

using sql::ValueView;

constexpr std::array<std::string_view, 8> kWellKnown{"curl", "emacs", "firefox-esr", "gimp",
                                                     "git",  "nginx", "sqlite3",     "vlc"};
constexpr std::array<std::string_view, 4> kEventTypes{"launch", "install", "update", "uninstall"};
constexpr std::array<std::string_view, 3> kCrashTypes{"segmentation_fault", "abort", "out_of_memory"};
constexpr std::array<std::string_view, 3> kPlatformVersions{"1.4.0", "1.5.0", "1.5.2"};
constexpr std::string_view kOfTheDemo = R"({"source":"demo"})";
constexpr int kEvents = 600;
constexpr int kCrashes = 60;
constexpr int kDays = 14;
constexpr int kDevices = 40;
constexpr std::chrono::sys_days kFirstDay = std::chrono::year{2026} / 11 / 1;
constexpr std::int64_t kDayMicroseconds = 86'400'000'000;

struct Event {
  std::string id;
  std::string app_id;
  std::string device;
  std::string_view type;
  std::string_view platform;
  std::int64_t at = 0;  ///< microseconds since 1970
};

/// Numbers that are the same on every machine: the standard's engine is exact, its distributions are not.
class Dice {
 public:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }

 private:
  std::mt19937_64 engine_{20261101};
};

std::vector<std::string> apps_with_telemetry(const IndexSurvey& survey) {
  std::vector<std::string> ids;
  for (const auto& name : kWellKnown) {
    if (survey.packages.contains(name)) ids.push_back(stable_id("app", name));
  }
  return ids;
}

Event make_event(Dice& dice, const std::vector<std::string>& apps, std::string_view kind, int number) {
  const std::int64_t first =
      std::chrono::sys_time<std::chrono::microseconds>(kFirstDay).time_since_epoch().count();
  return {.id = stable_id(kind, std::to_string(number)),
          .app_id = apps[dice.below(apps.size())],
          .device = "demo-device-" + std::to_string(dice.below(kDevices)),
          // Most of what apps report is that they were launched.
          .type = dice.below(4) > 0 ? kEventTypes[0] : kEventTypes[dice.below(kEventTypes.size())],
          .platform = kPlatformVersions[dice.below(kPlatformVersions.size())],
          .at = first + static_cast<std::int64_t>(dice.below(kDays * kDayMicroseconds))};
}

Result<std::int64_t> write(sql::Statement& statement, std::initializer_list<ValueView> values) {
  statement.reset();
  int position = 0;
  for (const auto& value : values) HF_CHECK(statement.bind(++position, value));
  HF_CHECK(statement.step());
  return statement.affected_rows();
}

ValueView view(std::string_view text) { return ValueView::of(text); }

Result<std::int64_t> write_events(sql::Connection& connection, const std::vector<Event>& events) {
  HF_TRY(const auto statement, connection.prepare(R"sql(
INSERT INTO telemetry_events (id, app_id, device_id, event_type, event_data, mosis_version, timestamp)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING)sql"));
  std::int64_t changed = 0;
  for (const auto& e : events) {
    HF_TRY(const auto count, write(*statement, {view(e.id), view(e.app_id), view(e.device), view(e.type),
                                                view(kOfTheDemo), view(e.platform), ValueView::of(e.at)}));
    changed += count;
  }
  return changed;
}

/// Totals of exactly the events above.
Result<std::int64_t> write_daily(sql::Connection& connection, const std::vector<Event>& events) {
  struct Total {
    std::int64_t count = 0;
    std::set<std::string_view> devices;
  };
  std::map<std::tuple<std::string_view, std::int64_t, std::string_view>, Total> totals;
  for (const auto& e : events) {
    auto& total = totals[{e.app_id, e.at / kDayMicroseconds, e.type}];
    ++total.count;
    total.devices.insert(e.device);
  }
  HF_TRY(const auto statement, connection.prepare(R"sql(
INSERT INTO telemetry_daily (app_id, date, event_type, count, unique_devices)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING)sql"));
  std::int64_t changed = 0;
  for (const auto& [key, total] : totals) {
    const auto& [app, day, type] = key;
    HF_TRY(const auto count,
           write(*statement, {view(app), ValueView::of(day), view(type), ValueView::of(total.count),
                              ValueView::of(static_cast<std::int64_t>(total.devices.size()))}));
    changed += count;
  }
  return changed;
}

Result<std::int64_t> write_crashes(sql::Connection& connection, const std::vector<Event>& crashes) {
  HF_TRY(const auto statement, connection.prepare(R"sql(
INSERT INTO crash_reports (id, app_id, device_id, app_version, mosis_version, crash_type, message, stack_trace, context,
                           timestamp)
VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING)sql"));
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < crashes.size(); ++i) {
    const auto& c = crashes[i];
    const auto type = kCrashTypes[i % kCrashTypes.size()];
    const auto message = "demo: " + std::string(type);
    const auto stack = "#0 demo_frame_" + std::to_string(i % 5) + "()\n#1 main()";
    HF_TRY(const auto count,
           write(*statement, {view(c.id), view(c.app_id), view(c.device), view(c.platform), view(type),
                              view(message), view(stack), view(kOfTheDemo), ValueView::of(c.at)}));
    changed += count;
  }
  return changed;
}

}  // namespace

Result<std::int64_t> import_telemetry(sql::Database& database, const IndexSurvey& survey) {
  const auto apps = apps_with_telemetry(survey);
  if (apps.empty()) return std::int64_t{0};
  Dice dice;
  std::vector<Event> events;
  std::vector<Event> crashes;
  for (int i = 0; i < kEvents; ++i) events.push_back(make_event(dice, apps, "event", i));
  for (int i = 0; i < kCrashes; ++i) crashes.push_back(make_event(dice, apps, "crash", i));
  BatchWriter writer(database);
  writer.submit([&](sql::Connection& connection) -> Result<std::int64_t> {
    HF_TRY(const auto a, write_events(connection, events));
    HF_TRY(const auto b, write_daily(connection, events));
    HF_TRY(const auto c, write_crashes(connection, crashes));
    return a + b + c;
  });
  return writer.finish();
}

}  // namespace holdfast::demo
