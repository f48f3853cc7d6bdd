#include "schema/blueprint_yaml.hpp"

#include <algorithm>

namespace holdfast::schema::detail {
namespace {

std::string place(const std::filesystem::path& path, const YAML::Mark& mark) {
  if (mark.is_null()) return path.string();
  return path.string() + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

std::string joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

}  // namespace

Result<YAML::Node> YamlFile::load() const {
  try {
    return YAML::LoadFile(path_.string());
  } catch (const YAML::Exception& error) {
    return Error{.code = "HF009",
                 .message = "cannot be read as YAML: " + error.msg,
                 .details = place(path_, error.mark)};
  }
}

Error YamlFile::error(const YAML::Node& at, std::string message, std::string hint) const {
  return {.code = "HF009",
          .message = std::move(message),
          .details = place(path_, at.Mark()),
          .hint = std::move(hint)};
}

Result<void> YamlFile::check_keys(const YAML::Node& node, std::string_view what,
                                  std::initializer_list<std::string_view> keys) const {
  if (!node.IsMap())
    return error(node, std::string(what) + " must be a mapping", "Its keys: " + joined(keys) + ".");
  for (const auto& entry : node) {
    HF_TRY(const auto key, text(entry.first, "a key"));
    if (std::ranges::find(keys, key) != keys.end()) continue;
    return error(entry.first, "unknown key \"" + key + "\" in " + std::string(what),
                 "Known keys: " + joined(keys) + ".");
  }
  return {};
}

Result<std::string> YamlFile::text(const YAML::Node& node, std::string_view what) const {
  if (node.IsScalar()) return node.Scalar();
  return error(node, std::string(what) + " must be a text");
}

Result<std::vector<std::string>> YamlFile::texts(const YAML::Node& node, std::string_view what) const {
  std::vector<std::string> list;
  if (!node.IsSequence()) {
    HF_TRY(auto single, text(node, what));
    list.push_back(std::move(single));
    return list;
  }
  for (const auto& item : node) {
    HF_TRY(auto word, text(item, what));
    list.push_back(std::move(word));
  }
  return list;
}

}  // namespace holdfast::schema::detail
