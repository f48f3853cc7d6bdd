#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/deadline.hpp"
#include "base/result.hpp"
#include "log/change_log.hpp"
#include "log/projection.hpp"
#include "schema/catalogue.hpp"
#include "sql/database.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::search {

/// The full-text indexes that the migrations declared, kept in their own file (`search.db`) beside the
/// database and filled from the log, off the commit path. Readers ATTACH it as schema `fts`; the index of
/// TextIndex `apps_search` is the FTS5 table fts."apps_search" whose rowids are those of the table.
class TextSearch {
 public:
  /// `file` is made where it is not there, and rebuilt when it does not fit the catalogue.
  static Result<std::unique_ptr<TextSearch>> open(const std::filesystem::path& file, sql::Database& database,
                                                  const log::ChangeLog& log,
                                                  std::shared_ptr<const schema::Catalogue> catalogue);
  virtual ~TextSearch() = default;

  /// Attaches `file` to a connection as `fts` (making an empty one first): for SqliteOptions::setups.
  static sql::ConnectionSetup attach_setup(const std::filesystem::path& file);

  /// After a migration: indexes that are new are built, others dropped.
  virtual Result<void> set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) = 0;
  /// Waits until the indexes have applied everything committed before this call. HF011.
  virtual Result<void> catch_up(base::Deadline deadline) = 0;
  /// Drops and rebuilds them from the tables.
  virtual Result<void> rebuild() = 0;
  /// See ProjectionRunner::Pause: for bulk imports.
  virtual log::ProjectionRunner& runner() = 0;
};

}  // namespace holdfast::search
