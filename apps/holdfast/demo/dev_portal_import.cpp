#include "demo/dev_portal_import.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "demo/batch_writer.hpp"
#include "demo/stable_id.hpp"
#include "demo/store_rows.hpp"
#include "demo/version_codes.hpp"

namespace holdfast::demo {
namespace {

/// Rows of one commit: each commit waits for the disk once, and the writer waits for the first batch.
constexpr std::size_t kRowsInBatch = 16'000;
constexpr std::size_t kNameCharacters = 100;
constexpr std::size_t kCategoryCharacters = 50;

std::string app_id(std::string_view package) { return stable_id("app", package); }
std::string version_id(std::string_view package, std::string_view version) {
  return stable_id("version", std::string(package) + " " + std::string(version));
}

sql::Session reading() { return {.principal = base::Principal::system(), .request_id = "demo"}; }

/// What an earlier run, or people, have put there.
struct Existing {
  TextMap<std::string> developer_by_email;
  TextMap<int> code_by_version;
  TextMap<std::set<int>> codes_by_app;
};

Result<void> read_developers(sql::Connection& connection, Existing& out) {
  HF_TRY(const auto rows, connection.prepare("SELECT email, id FROM developers"));
  for (;;) {
    HF_TRY(const bool more, rows->step());
    if (!more) return {};
    out.developer_by_email.emplace(maintainer_key(rows->column(0).bytes), rows->column(1).bytes);
  }
}

Result<void> read_codes(sql::Connection& connection, Existing& out) {
  HF_TRY(const auto rows, connection.prepare("SELECT id, app_id, version_code FROM app_versions"));
  for (;;) {
    HF_TRY(const bool more, rows->step());
    if (!more) return {};
    const int code = static_cast<int>(rows->column(2).integer);
    out.code_by_version.emplace(rows->column(0).bytes, code);
    out.codes_by_app[std::string(rows->column(1).bytes)].insert(code);
  }
}

Result<Existing> read_existing(sql::Database& database) {
  Existing out;
  HF_CHECK(database.read(reading(), [&](sql::Connection& connection) -> Result<void> {
    out = {};
    HF_CHECK(read_developers(connection, out));
    return read_codes(connection, out);
  }));
  return out;
}

void assign_all_codes(IndexSurvey& survey, const Existing& existing) {
  for (auto& [name, package] : survey.packages) {
    const auto app_codes = existing.codes_by_app.empty() ? existing.codes_by_app.end()
                                                         : existing.codes_by_app.find(app_id(name));
    const bool is_new = app_codes == existing.codes_by_app.end();
    std::vector<std::optional<int>> known(package.versions.size());
    for (std::size_t i = 0; !is_new && i < known.size(); ++i) {
      const auto found = existing.code_by_version.find(version_id(name, package.versions[i].number));
      if (found != existing.code_by_version.end()) known[i] = found->second;
    }
    const auto codes = assign_codes(known, is_new ? std::set<int>{} : app_codes->second);
    for (std::size_t i = 0; i < codes.size(); ++i) package.versions[i].code = codes[i];
  }
}

AppRow app_row(const PackageEntry& entry, std::string id, std::string developer_id) {
  return {.id = std::move(id),
          .developer_id = std::move(developer_id),
          .package_id = "org.debian." + std::string(entry.name),
          .name = std::string(first_characters(entry.name, kNameCharacters)),
          .description = folded_description(entry.description),
          .category = std::string(first_characters(entry.section, kCategoryCharacters)),
          .tags_json = tags_json(entry.tags, entry.section)};
}

VersionRow version_row(const PackageEntry& entry, std::string app, int code) {
  return {.id = version_id(entry.name, entry.version),
          .app_id = std::move(app),
          .code = code,
          .name = short_version(entry.version),
          .url = "https://deb.debian.org/debian/" + std::string(entry.filename),
          .size_bytes = entry.size_bytes,
          .signature = "sha256:" + std::string(entry.sha256),
          .release_notes = "Debian version " + std::string(entry.version)};
}

struct Batch {
  std::vector<AppRow> apps;
  std::vector<VersionRow> versions;
  [[nodiscard]] std::size_t size() const { return apps.size() + versions.size(); }
};

/// Turns entries into rows, and rows into batches. An app takes the data of its newest version; a version
/// that comes before it waits, because its row refers to the app's.
class IndexImport {
 public:
  IndexImport(sql::Database& database, IndexSurvey& survey, TextMap<std::string> developers,
              const engine::ProgressSink& progress)
      : survey_(survey), developers_(std::move(developers)), progress_(progress), writer_(database) {}

  void take(const PackageEntry& entry) {
    const auto found = survey_.packages.find(entry.name);
    auto* version = found == survey_.packages.end() ? nullptr : found->second.find(entry.version);
    if (version == nullptr || std::exchange(version->imported, true)) return;
    auto& package = found->second;
    auto app = app_id(entry.name);
    if (version == &package.versions.back()) {
      const auto developer = developers_.find(maintainer_key(entry.maintainer_email));
      if (developer == developers_.end()) return;  // apt replaced the file since it was surveyed
      batch_.apps.push_back(app_row(entry, app, developer->second));
      package.app_imported = true;
      ++counts_.apps;
    }
    auto row = version_row(entry, std::move(app), version->code);
    ++counts_.versions;
    (package.app_imported ? batch_.versions : waiting_).push_back(std::move(row));
    if (batch_.size() >= kRowsInBatch) submit();
  }

  Result<ImportCounts> finish() {
    submit();
    batch_.versions = std::move(waiting_);
    submit();
    HF_TRY(counts_.changed, writer_.finish());
    return counts_;
  }

 private:
  void submit() {
    const auto batch =
        std::make_shared<const Batch>(std::exchange(batch_, {}));  // shared with the writer's thread
    writer_.submit([batch, now = now_](sql::Connection& connection) -> Result<std::int64_t> {
      HF_TRY(const auto apps, write_apps(connection, batch->apps, now));
      HF_TRY(const auto versions, write_versions(connection, batch->versions, now));
      return apps + versions;
    });
    progress_({.what = "importing packages",
               .done = static_cast<std::uint64_t>(counts_.versions),
               .total = survey_.version_count});
  }

  IndexSurvey& survey_;
  TextMap<std::string> developers_;
  const engine::ProgressSink& progress_;
  const base::Timestamp now_ = base::now();
  Batch batch_;
  std::vector<VersionRow> waiting_;
  ImportCounts counts_;
  BatchWriter writer_;  // last: it waits for what refers to the others
};

/// The id of each maintainer: a developer who is there already keeps theirs.
TextMap<std::string> developer_ids(const IndexSurvey& survey, const Existing& existing) {
  TextMap<std::string> ids;
  for (const auto& [key, maintainer] : survey.maintainers) {
    const auto found = existing.developer_by_email.find(key);
    ids.emplace(key,
                found == existing.developer_by_email.end() ? stable_id("developer", key) : found->second);
  }
  return ids;
}

Result<std::int64_t> import_developers(sql::Database& database, const IndexSurvey& survey,
                                       const TextMap<std::string>& ids) {
  std::vector<DeveloperRow> rows;
  for (const auto& [key, maintainer] : survey.maintainers) {
    const auto& id = ids.find(key)->second;
    if (id != stable_id("developer", key)) continue;  // somebody else's account of the same address
    rows.push_back({id, maintainer.email, std::string(first_characters(maintainer.name, kNameCharacters))});
  }
  BatchWriter writer(database);
  writer.submit([rows = std::move(rows), now = base::now()](sql::Connection& connection) {
    return write_developers(connection, rows, now);
  });
  return writer.finish();
}

}  // namespace

Result<ImportCounts> import_index(sql::Database& database, IndexSurvey& survey,
                                  const std::vector<std::filesystem::path>& files,
                                  const engine::ProgressSink& progress) {
  HF_TRY(const auto existing, read_existing(database));
  assign_all_codes(survey, existing);
  auto developers = developer_ids(survey, existing);
  HF_TRY(const auto changed_developers, import_developers(database, survey, developers));
  IndexImport import(database, survey, std::move(developers), progress);
  HF_CHECK(for_each_package(
      files, [&](const PackageEntry& entry) { import.take(entry); }, [](const Malformed&) {}));
  HF_TRY(auto counts, import.finish());
  counts.developers = static_cast<std::int64_t>(survey.maintainers.size());
  counts.changed += changed_developers;
  return counts;
}

}  // namespace holdfast::demo
