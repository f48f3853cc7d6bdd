#include <array>
#include <cstdio>

#include "library/store_inside.hpp"
#include "log/projection.hpp"
#include "schema/blueprint.hpp"
#include "schema/migrations.hpp"

namespace holdfast::v0::detail {
namespace {

std::string numbered(const schema::MigrationState& state) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "%03d_", state.number);
  return number.data() + state.name;
}

/// Runs `change` with the blueprint's files as they are now, then hands the new catalogue to every room,
/// whether all of it succeeded or not: what did succeed is there.
template <class Change>
base::Result<std::vector<std::string>> migrate(engine::Engine& engine, Change&& change) {
  HF_TRY(const auto blueprint, schema::load_blueprint(engine.blueprint().folder));
  schema::Migrator migrator(engine.database(), blueprint);
  std::vector<std::string> names;
  const auto note = [&names](const schema::MigrationState& state, bool) { names.push_back(numbered(state)); };
  const base::Result<int> ran = [&] {
    const log::ProjectionRunner::Pause pause(engine.text_search().runner());
    return change(migrator, note);
  }();
  HF_CHECK(engine.reload());
  HF_CHECK(ran);
  return names;
}

}  // namespace

base::Result<std::vector<std::string>> StoreInside::migrate_up() {
  return migrate_with([](schema::Migrator& migrator, const schema::Migrator::Progress& note) {
    return migrator.up(0, note);
  });
}

base::Result<std::vector<std::string>> StoreInside::migrate_down(int steps) {
  return migrate_with([steps](schema::Migrator& migrator, const schema::Migrator::Progress& note) {
    return migrator.down(steps, note);
  });
}

base::Result<std::vector<std::string>> StoreInside::migrate_with(const Change& change) {
  if (calls_.on_this_thread())
    return library::Calls::misplaced("migrations cannot run inside another call",
                                     "Run them before or after it.");
  const auto guard = calls_.enter();
  if (!guard.inside()) return library::Calls::closed_error();
  const base::MutexLock one_at_a_time(migration_mutex_);
  auto names = migrate(*engine_, change);
  plans_.set_catalogue(engine_->catalogue());
  return names;
}

base::Result<std::vector<Migration>> StoreInside::migrations() {
  const auto guard = calls_.enter();
  if (!guard.inside()) return library::Calls::closed_error();
  HF_TRY(const auto states, engine_->migrator().status());
  std::vector<Migration> migrations;
  for (const auto& state : states)
    migrations.push_back(
        {.number = state.number, .name = state.name, .applied = state.applied, .problem = state.problem});
  return migrations;
}

}  // namespace holdfast::v0::detail
