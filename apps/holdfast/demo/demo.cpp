#include "demo/demo.hpp"

#include <chrono>
#include <optional>

#include "base/json_writer.hpp"
#include "demo/debian_index.hpp"
#include "demo/dev_portal_import.hpp"

namespace holdfast::demo {
namespace {

constexpr std::size_t kMalformedListed = 1000;
/// From here on, building the text indexes anew is quicker than following so many changes.
constexpr std::int64_t kRebuildFrom = 5000;

using Clock = std::chrono::steady_clock;

void write_malformed(base::JsonWriter& json, const std::vector<Malformed>& malformed) {
  json.key("malformed").begin_array();
  for (std::size_t i = 0; i < std::min(malformed.size(), kMalformedListed); ++i) {
    json.begin_object().key("file").string(malformed[i].file);
    json.key("line").integer(static_cast<std::int64_t>(malformed[i].line));
    json.key("message").string(malformed[i].message).end_object();
  }
  json.end_array().key("malformed_count").integer(static_cast<std::int64_t>(malformed.size()));
}

std::string report(const ImportCounts& counts, const std::vector<Malformed>& malformed, double seconds) {
  std::string out;
  base::JsonWriter json(out);
  json.begin_object().key("developers").integer(counts.developers).key("apps").integer(counts.apps);
  json.key("versions").integer(counts.versions).key("unchanged").integer(counts.rows() - counts.changed);
  write_malformed(json, malformed);
  json.key("seconds").raw(std::to_string(seconds));
  json.key("rows_per_second")
      .integer(static_cast<std::int64_t>(static_cast<double>(counts.rows()) / seconds));
  json.end_object();
  return out;
}

/// Nearly every app is published: without counts the planner takes an index on `status` for a good one.
Result<void> measure_indexes(sql::Database& database) {
  return database.exclusive([](sql::Connection& connection) { return connection.execute("ANALYZE main"); });
}

Result<std::string> import_dev_portal(engine::Engine& engine, std::vector<std::filesystem::path> files,
                                      const engine::ProgressSink& progress) {
  if (files.empty()) {
    HF_TRY(files,
           find_package_indexes([&](std::string_view what) { progress({.what = std::string(what)}); }));
  }
  std::optional<log::ProjectionRunner::Pause> pause(engine.text_search().runner());
  const auto began = Clock::now();
  progress({.what = "reading the package index"});
  HF_TRY(auto found, survey(files));
  HF_TRY(const auto counts, import_index(engine.database(), found, files, progress));
  HF_CHECK(import_telemetry(engine.database(), found));
  const auto seconds = std::chrono::duration<double>(Clock::now() - began).count();
  pause.reset();
  if (counts.changed >= kRebuildFrom) {
    progress({.what = "building the text indexes"});
    HF_CHECK(engine.text_search().rebuild());
    progress({.what = "counting what the indexes hold"});
    HF_CHECK(measure_indexes(engine.database()));
  }
  return report(counts, found.malformed, seconds);
}

}  // namespace

Result<std::string> import_demo(engine::Engine& engine, const DemoOptions& options,
                                const engine::ProgressSink& progress) {
  const auto sink = progress ? progress : engine::ProgressSink([](const engine::Progress&) {});
  if (options.name == "dev-portal") return import_dev_portal(engine, options.files, sink);
  return Error{.code = "HF010",
               .message = "There is no demo of the name '" + options.name + "'",
               .hint = "There is: dev-portal."};
}

}  // namespace holdfast::demo
