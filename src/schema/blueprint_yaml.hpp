#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::schema::detail {

/// One YAML file whose every complaint carries file, line and column.
class YamlFile {
 public:
  explicit YamlFile(std::filesystem::path path) : path_(std::move(path)) {}

  /// HF009 for what is no YAML.
  Result<YAML::Node> load() const;
  [[nodiscard]] Error error(const YAML::Node& at, std::string message, std::string hint = {}) const;

  /// A mapping whose keys are all among `keys`.
  Result<void> check_keys(const YAML::Node& node, std::string_view what,
                          std::initializer_list<std::string_view> keys) const;
  Result<std::string> text(const YAML::Node& node, std::string_view what) const;
  /// A text, or a list of texts.
  Result<std::vector<std::string>> texts(const YAML::Node& node, std::string_view what) const;

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::schema::detail
