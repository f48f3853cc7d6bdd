#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/change_log.hpp"
#include "schema/blueprint.hpp"
#include "schema/migrations.hpp"
#include "search/text_search.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::crash {

struct StoreOptions {
  /// Keep the text index too, in a file of its own.
  bool search = false;
  /// `PRAGMA synchronous`, where it shall be another than the engine's own.
  std::string synchronous{};
  /// Small ones, so that a short workload has checkpoints and pages that do not fit into memory.
  int checkpoint_pages = 8;
  std::size_t writer_cache_bytes = 64U << 20U;
};

/// What a data folder holds, opened as the engine opens it: the log as observer, the catalogue's functions on
/// every connection, migrations, the text index.
class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder,
                                             const StoreOptions& options = {});

  /// The workload's migrations up to and with `target`.
  Result<void> migrate(int target);
  [[nodiscard]] int migrations() const { return migrations_; }
  sql::Database& database() { return *database_; }
  const log::ChangeLog& changes() const { return changes_; }
  /// Null without the option.
  search::TextSearch* search() { return search_.get(); }

 private:
  explicit Store(const StoreOptions& options) : options_(options) {}
  Result<void> open_database(const std::filesystem::path& folder);
  Result<void> load_catalogue();

  StoreOptions options_;
  log::ChangeLog changes_;
  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<const schema::Catalogue>();
  std::mutex catalogue_mutex_;
  int migrations_ = 0;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<schema::Migrator> migrator_;
  std::unique_ptr<search::TextSearch> search_;
};

/// How many migrations the workload has.
inline constexpr int kMigrations = 3;

}  // namespace holdfast::crash
