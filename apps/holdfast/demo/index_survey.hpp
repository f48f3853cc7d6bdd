#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "demo/debian_packages.hpp"
#include "demo/package_entry.hpp"

namespace holdfast::demo {

struct Malformed {
  std::string file;
  std::size_t line = 0;
  std::string message;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// What must be known of all files before the first row can be written: which versions a package has (they
/// may stand in several files), and who maintains what. Small; everything else is streamed.
struct IndexSurvey {
  struct Version {
    std::string number;
    int code = 0;
    bool imported = false;
  };
  struct Package {
    std::vector<Version> versions;  ///< oldest first
    bool app_imported = false;
    [[nodiscard]] Version* find(std::string_view number);
  };
  struct Maintainer {
    std::string email;
    std::string name;
  };

  TextMap<Package> packages;
  std::map<std::string, Maintainer> maintainers;  ///< by the address in lower case
  std::size_t version_count = 0;
  std::vector<Malformed> malformed;
};

using OnEntry = std::function<void(const PackageEntry&)>;
using OnMalformed = std::function<void(Malformed)>;

/// Every entry of the files, in their order.
Result<void> for_each_package(const std::vector<std::filesystem::path>& files, const OnEntry& on_entry,
                              const OnMalformed& on_malformed);

Result<IndexSurvey> survey(const std::vector<std::filesystem::path>& files);

/// The key of a maintainer: addresses differ in case only by accident.
[[nodiscard]] std::string maintainer_key(std::string_view email);

}  // namespace holdfast::demo
