#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "demo/debian_packages.hpp"

namespace holdfast::demo {

/// What the store takes from a stanza. Views into it.
struct PackageEntry {
  std::string_view name;
  std::string_view version;
  std::string_view maintainer_name;
  std::string_view maintainer_email;
  std::string_view section;
  std::string_view tags;
  std::string_view description;
  std::string_view filename;
  std::string_view sha256;
  std::int64_t size_bytes = 0;
};

/// HF012 with what is missing or wrong.
Result<PackageEntry> read_package(const Stanza& stanza);

/// The short description, and below it the long one with its paragraphs' lines joined.
[[nodiscard]] std::string folded_description(std::string_view description);

/// The facets of the Tag field and the parts of the section, each once, as the JSON array that a
/// varchar(50)[] is stored as. Longer tags are left out.
[[nodiscard]] std::string tags_json(std::string_view tags, std::string_view section);

/// A version within 20 characters: whole where it fits, else without epoch, then without revision, then cut.
[[nodiscard]] std::string short_version(std::string_view version);

/// At most `count` characters of valid UTF-8.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t count);

}  // namespace holdfast::demo
