#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "schema/migrations.hpp"

namespace holdfast::engine {

/// `007_accounts`, as the migration's files are named.
[[nodiscard]] std::string file_name_of(const schema::MigrationState& state);

using MigrationChange = std::function<Result<int>(schema::Migrator&, const schema::Migrator::Progress&)>;

/// Runs `change`, with `before_each` (which may be empty) before each file, then hands the new catalogue to
/// every room, whether all of it succeeded or not: what did succeed is there. Gives the names of what ran.
Result<std::vector<std::string>> run_migrations(Engine& engine, schema::Migrator& migrator,
                                                const MigrationChange& change,
                                                const schema::Migrator::Progress& before_each = {});

}  // namespace holdfast::engine
