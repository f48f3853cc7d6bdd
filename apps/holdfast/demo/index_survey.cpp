#include "demo/index_survey.hpp"

#include <algorithm>
#include <cctype>

#include "demo/debian_index.hpp"

namespace holdfast::demo {
namespace {

void note_version(IndexSurvey& out, const PackageEntry& entry) {
  auto found = out.packages.find(entry.name);
  if (found == out.packages.end()) found = out.packages.emplace(entry.name, IndexSurvey::Package{}).first;
  auto& versions = found->second.versions;
  const auto place = std::ranges::find_if(
      versions, [&](const auto& known) { return compare_versions(known.number, entry.version) >= 0; });
  if (place != versions.end() && compare_versions(place->number, entry.version) == 0) return;
  versions.insert(place, {.number = std::string(entry.version)});
  ++out.version_count;
}

}  // namespace

IndexSurvey::Version* IndexSurvey::Package::find(std::string_view number) {
  const auto found = std::ranges::find_if(
      versions, [&](const auto& known) { return compare_versions(known.number, number) == 0; });
  return found == versions.end() ? nullptr : &*found;
}

Result<void> for_each_package(const std::vector<std::filesystem::path>& files, const OnEntry& on_entry,
                              const OnMalformed& on_malformed) {
  for (const auto& file : files) {
    const auto malformed = [&](std::size_t line, std::string message) {
      on_malformed({.file = file.string(), .line = line, .message = std::move(message)});
    };
    PackagesParser parser(
        [&](const Stanza& stanza) {
          auto entry = read_package(stanza);
          if (!entry.ok()) return malformed(stanza.line, entry.error().message);
          on_entry(*entry);
        },
        malformed);
    HF_CHECK(read_index(file, [&](std::string_view bytes) { parser.feed(bytes); }));
    parser.finish();
  }
  return {};
}

Result<IndexSurvey> survey(const std::vector<std::filesystem::path>& files) {
  IndexSurvey out;
  const auto note = [&](const PackageEntry& entry) {
    note_version(out, entry);
    // The first spelling of a maintainer is the one that counts.
    out.maintainers.try_emplace(maintainer_key(entry.maintainer_email), std::string(entry.maintainer_email),
                                std::string(entry.maintainer_name));
  };
  HF_CHECK(for_each_package(files, note, [&](Malformed m) { out.malformed.push_back(std::move(m)); }));
  return out;
}

std::string maintainer_key(std::string_view email) {
  std::string key(email);
  std::ranges::transform(key, key.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key;
}

}  // namespace holdfast::demo
