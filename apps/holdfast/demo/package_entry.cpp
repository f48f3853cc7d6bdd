#include "demo/package_entry.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/json_writer.hpp"
#include "types/utf8.hpp"

namespace holdfast::demo {
namespace {

constexpr std::size_t kTagCharacters = 50;
constexpr std::size_t kVersionCharacters = 20;

Error wrong(std::string message) { return {.code = "HF012", .message = std::move(message)}; }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n\"");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n\"") - begin + 1);
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<void> read_maintainer(std::string_view maintainer, PackageEntry& entry) {
  const auto open = maintainer.rfind('<');
  const auto close = maintainer.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return wrong("The Maintainer is not of the form `Name <address>`");
  }
  entry.maintainer_email = trimmed(maintainer.substr(open + 1, close - open - 1));
  entry.maintainer_name = trimmed(maintainer.substr(0, open));
  if (entry.maintainer_name.empty()) entry.maintainer_name = entry.maintainer_email;
  if (entry.maintainer_email.find('@') == std::string_view::npos)
    return wrong("The Maintainer has no address");
  return {};
}

Result<void> read_size(std::string_view text, PackageEntry& entry) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), entry.size_bytes);
  if (code == std::errc{} && end == text.data() + text.size() && entry.size_bytes >= 0) return {};
  return wrong("The Size is no number of bytes");
}

void add_tag(std::vector<std::string_view>& tags, std::string_view tag) {
  const bool fits = !tag.empty() && types::count_characters(tag) <= kTagCharacters;
  if (fits && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
}

/// Calls `take` with each trimmed piece between separators.
template <class Take>
void split(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const auto end = std::min(text.size(), text.find(separator));
    take(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

}  // namespace

Result<PackageEntry> read_package(const Stanza& stanza) {
  PackageEntry entry{.name = stanza[Field::package],
                     .version = stanza[Field::version],
                     .maintainer_name = {},
                     .maintainer_email = {},
                     .section = stanza[Field::section],
                     .tags = stanza[Field::tag],
                     .description = stanza[Field::description],
                     .filename = stanza[Field::filename],
                     .sha256 = stanza[Field::sha256]};
  if (entry.name.empty()) return wrong("The stanza has no Package");
  if (entry.version.empty()) return wrong("The stanza has no Version");
  if (entry.filename.empty()) return wrong("The stanza has no Filename");
  if (!is_sha256(entry.sha256)) return wrong("The SHA256 is not 64 hexadecimal digits");
  HF_CHECK(read_size(stanza[Field::size], entry));
  HF_CHECK(read_maintainer(stanza[Field::maintainer], entry));
  for (const auto& value : stanza.values) {
    if (!types::check_utf8(value).ok()) return wrong("The stanza is not UTF-8");
  }
  return entry;
}

std::string folded_description(std::string_view description) {
  const auto first_end = std::min(description.size(), description.find('\n'));
  std::string out(trimmed(description.substr(0, first_end)));
  bool begins_line = true;
  split(description.substr(std::min(description.size(), first_end + 1)), '\n', [&](std::string_view line) {
    if (line == ".") {
      begins_line = true;
      return;
    }
    out.append(begins_line ? "\n\n" : " ").append(line);
    begins_line = false;
  });
  return out;
}

std::string tags_json(std::string_view tags, std::string_view section) {
  std::vector<std::string_view> all;
  split(section, '/', [&](std::string_view part) { add_tag(all, part); });
  split(tags, ',', [&](std::string_view tag) { add_tag(all, tag); });
  std::string out;
  base::JsonWriter json(out);
  json.begin_array();
  for (const auto& tag : all) json.string(tag);
  json.end_array();
  return out;
}

std::string short_version(std::string_view version) {
  if (version.size() <= kVersionCharacters) return std::string(version);
  const auto colon = version.find(':');
  if (colon != std::string_view::npos) version.remove_prefix(colon + 1);
  if (version.size() <= kVersionCharacters) return std::string(version);
  version = version.substr(0, version.rfind('-'));
  if (version.size() <= kVersionCharacters) return std::string(version);
  return std::string(first_characters(version, kVersionCharacters - 1)) + "…";
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  return text.substr(0, types::offset_of_character(text, count));
}

}  // namespace holdfast::demo
