#include "engine/settings.hpp"

#include <yaml-cpp/yaml.h>

#include <set>

#include "engine/detail/setting_definitions.hpp"
#include "engine/detail/setting_values.hpp"

namespace holdfast::engine {
namespace {

constexpr char kDefaultFile[] = "holdfast.yaml";

Error setting_error(std::string where, std::string message, std::string hint) {
  message.insert(0, where + ": ");
  return {
      .code = "HF001", .message = std::move(message), .details = std::move(where), .hint = std::move(hint)};
}

Error unknown_setting(std::string where, std::string_view name) {
  const auto* meant = detail::nearest_setting(name);
  return setting_error(std::move(where), "unknown setting '" + std::string(name) + "'",
                       meant != nullptr ? "Did you mean '" + std::string(meant->info.name) + "'?"
                                        : "`holdfast settings` lists them all.");
}

Result<void> apply(Settings& settings, const detail::SettingDefinition& definition, std::string where,
                   std::string_view text) {
  const auto wrong = definition.apply(settings, text);
  if (!wrong) return {};
  // A secret does not belong into a terminal's history or a log.
  const bool secret = definition.info.name == "jwt_secret";
  const std::string given = secret ? "what was given" : "'" + std::string(text) + "'";
  return setting_error(std::move(where), std::string(definition.info.name) + " cannot be " + given,
                       "It must be " + *wrong + ".");
}

std::string place(const std::filesystem::path& file, const YAML::Mark& mark) {
  return file.string() + ":" + std::to_string(mark.line + 1);
}

Result<void> apply_file_entry(Settings& settings, const std::filesystem::path& file, const YAML::Node& key,
                              const YAML::Node& value, std::set<std::string>& seen) {
  const std::string where = place(file, key.Mark());
  if (!key.IsScalar())
    return setting_error(where, "a setting's name must be a word", "See docs/reference/settings.md.");
  const std::string& name = key.Scalar();
  const auto* definition = detail::find_setting(name);
  if (definition == nullptr) return unknown_setting(where, name);
  if (!seen.insert(name).second)
    return setting_error(where, "'" + name + "' stands here a second time", "Keep one of the two lines.");
  if (!value.IsScalar())
    return setting_error(where, "'" + name + "' must have one plain value",
                         "Write it as `" + name + ": VALUE`.");
  return apply(settings, *definition, where, value.Scalar());
}

Result<void> apply_document(Settings& settings, const std::filesystem::path& file,
                            const YAML::Node& document) {
  if (document.IsNull()) return {};
  if (!document.IsMap())
    return setting_error(place(file, document.Mark()), "the file must consist of lines `name: value`",
                         "See docs/reference/settings.md.");
  std::set<std::string> seen;
  for (const auto& entry : document)
    HF_CHECK(apply_file_entry(settings, file, entry.first, entry.second, seen));
  return {};
}

Result<void> apply_file(Settings& settings, const std::filesystem::path& file) {
  try {
    return apply_document(settings, file, YAML::LoadFile(file.string()));
  } catch (const YAML::BadFile&) {
    return setting_error(file.string(), "the file cannot be read", "Name one that is there with --config.");
  } catch (const YAML::Exception& problem) {
    return setting_error(place(file, problem.mark), problem.msg, "Mend the YAML.");
  }
}

Result<void> apply_environment(Settings& settings, const std::map<std::string, std::string>& environment) {
  std::set<std::string_view> known;
  for (const auto& definition : detail::setting_definitions()) {
    known.insert(definition.info.environment);
    const auto set = environment.find(std::string(definition.info.environment));
    if (set == environment.end()) continue;
    HF_CHECK(apply(settings, definition, "environment " + set->first, set->second));
  }
  for (const auto& [name, text] : environment) {
    if (!name.starts_with("HOLDFAST_") || known.contains(name)) continue;
    for (const auto candidate : known)
      if (detail::edit_distance(candidate, name) <= 2)
        return setting_error("environment " + name, "unknown setting",
                             "Did you mean " + std::string(candidate) + "? Otherwise unset it.");
  }
  return {};
}

Result<void> apply_flags(Settings& settings, const std::map<std::string, std::string>& flags) {
  for (const auto& [name, text] : flags) {
    const auto* definition = detail::find_setting(name);
    if (definition == nullptr) return unknown_setting("--" + name, name);
    HF_CHECK(apply(settings, *definition, definition->info.flag(), text));
  }
  return {};
}

/// What is right alone may be wrong together.
Result<void> check_together(const Settings& settings) {
  const bool anybody = std::ranges::find(settings.cors_origins, "*") != settings.cors_origins.end();
  if (!settings.cors_credentials || !anybody) return {};
  return setting_error("cors_credentials", "cannot be true while cors_origins is *",
                       "Any page could act as its visitor. Name the origins in cors_origins.");
}

}  // namespace

Result<Settings> resolve_settings(const SettingSources& sources) {
  Settings settings;
  std::error_code ignored;
  if (sources.file) {
    HF_CHECK(apply_file(settings, *sources.file));
  } else if (std::filesystem::exists(kDefaultFile, ignored)) {
    HF_CHECK(apply_file(settings, kDefaultFile));
  }
  HF_CHECK(apply_environment(settings, sources.environment));
  HF_CHECK(apply_flags(settings, sources.flags));
  HF_CHECK(check_together(settings));
  return settings;
}

}  // namespace holdfast::engine
