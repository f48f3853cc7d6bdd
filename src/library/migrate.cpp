#include "engine/run_migrations.hpp"
#include "library/store_inside.hpp"
#include "schema/blueprint.hpp"

namespace holdfast::v0::detail {

base::Result<std::vector<std::string>> StoreInside::migrate_up() {
  return migrate_with([](schema::Migrator& migrator, const schema::Migrator::Progress& note) {
    return migrator.up(0, note);
  });
}

base::Result<std::vector<std::string>> StoreInside::migrate_down(int steps) {
  if (steps < 1) return base::Error{.code = "22023", .message = "steps must be at least 1"};
  return migrate_with([steps](schema::Migrator& migrator, const schema::Migrator::Progress& note) {
    return migrator.down(steps, note);
  });
}

base::Result<std::vector<std::string>> StoreInside::migrate_with(const engine::MigrationChange& change) {
  if (calls_.on_this_thread())
    return library::Calls::misplaced("migrations cannot run inside another call",
                                     "Run them before or after it.");
  const auto guard = calls_.enter();
  if (!guard.inside()) return library::Calls::closed_error();
  const base::MutexLock one_at_a_time(migration_mutex_);
  // The files as they are now, not as they were when the store opened.
  HF_TRY(const auto blueprint, schema::load_blueprint(engine_->blueprint().folder));
  schema::Migrator migrator(engine_->database(), blueprint);
  auto names = engine::run_migrations(*engine_, migrator, change);
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
