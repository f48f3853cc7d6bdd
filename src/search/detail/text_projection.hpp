#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "log/projection.hpp"
#include "search/detail/index_definition.hpp"
#include "search/detail/index_file.hpp"

namespace holdfast::search::detail {

/// All text indexes of a catalogue as one projection of the log into `search.db`. A damaged file is emptied
/// and filled again by whichever call finds the damage. Any thread; calls wait for each other.
class TextProjection final : public log::Projection {
 public:
  static Result<std::unique_ptr<TextProjection>> open(const std::filesystem::path& path);

  /// Takes over the catalogue's indexes: drops what it does not have, makes what is new or different, and
  /// fills that when `fill` says so, else leaves it to a rebuild (applied_position() is -1 then).
  Result<void> adopt(sql::Connection& connection, const schema::Catalogue& catalogue, bool fill);

  [[nodiscard]] std::string name() const override { return "text search"; }
  /// Those that have an index. No change may be on its way while adopt() runs.
  [[nodiscard]] std::optional<std::vector<std::string>> tables() override;
  Result<log::Position> applied_position() override;
  Result<void> rebuild(sql::Connection& connection, log::Position at) override;
  Result<void> apply(sql::Connection& connection, const std::vector<log::Change>& changes,
                     log::Position upto) override;

 private:
  explicit TextProjection(std::unique_ptr<IndexFile> file) : file_(std::move(file)) {}

  Result<void> prepare_file() HF_REQUIRES(mutex_);
  Result<void> drop_strangers() HF_REQUIRES(mutex_);
  Result<void> make_missing(sql::Connection& connection, bool fill_now) HF_REQUIRES(mutex_);
  Result<void> make(const IndexDefinition& definition) HF_REQUIRES(mutex_);
  Result<std::map<std::string, std::string>> stored_fingerprints() HF_REQUIRES(mutex_);
  Result<void> rebuild_file(sql::Connection& connection, log::Position at) HF_REQUIRES(mutex_);
  Result<void> apply_to_index(sql::Connection& connection, const IndexDefinition& definition,
                              const std::vector<log::Change>& changes) HF_REQUIRES(mutex_);
  Result<void> fill(sql::Connection& connection, const IndexDefinition& definition) HF_REQUIRES(mutex_);
  Result<void> store_position(log::Position position) HF_REQUIRES(mutex_);

  base::Mutex mutex_;
  const std::unique_ptr<IndexFile> file_ HF_PT_GUARDED_BY(mutex_);
  std::vector<IndexDefinition> definitions_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::search::detail
