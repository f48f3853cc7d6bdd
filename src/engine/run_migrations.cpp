#include "engine/run_migrations.hpp"

#include <array>
#include <cstdio>

#include "log/projection.hpp"

namespace holdfast::engine {

std::string file_name_of(const schema::MigrationState& state) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "%03d_", state.number);
  return number.data() + state.name;
}

Result<std::vector<std::string>> run_migrations(Engine& engine, schema::Migrator& migrator,
                                                const MigrationChange& change,
                                                const schema::Migrator::Progress& before_each) {
  std::vector<std::string> names;
  const auto note = [&](const schema::MigrationState& state, bool up) {
    if (before_each) before_each(state, up);
    names.push_back(file_name_of(state));
  };
  const Result<int> ran = [&] {
    const log::ProjectionRunner::Pause pause(engine.text_search().runner());
    return change(migrator, note);
  }();
  HF_CHECK(engine.reload());
  HF_CHECK(ran);
  return names;
}

}  // namespace holdfast::engine
