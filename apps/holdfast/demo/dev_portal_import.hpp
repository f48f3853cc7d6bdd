#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "demo/index_survey.hpp"
#include "engine/control.hpp"
#include "sql/database.hpp"

namespace holdfast::demo {

struct ImportCounts {
  std::int64_t developers = 0;
  std::int64_t apps = 0;
  std::int64_t versions = 0;
  /// Rows that were new or differed.
  std::int64_t changed = 0;
  [[nodiscard]] std::int64_t rows() const { return developers + apps + versions; }
};

/// Writes what a survey of the same files found: developers, then apps and their versions as the files are
/// read for the second time. Not from the writer's thread.
Result<ImportCounts> import_index(sql::Database& database, IndexSurvey& survey,
                                  const std::vector<std::filesystem::path>& files,
                                  const engine::ProgressSink& progress);

/// A few weeks of made-up events of well-known apps among those of the survey, always the same; every event
/// says in its data that it is of the demo. Gives how many rows were new.
Result<std::int64_t> import_telemetry(sql::Database& database, const IndexSurvey& survey);

}  // namespace holdfast::demo
