#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/settings.hpp"

namespace holdfast::engine::detail {

/// Takes a setting's text over. Gives what would have been right when it is wrong: `a size, for example
/// 16MiB`.
using ApplySetting = std::optional<std::string> (*)(Settings&, std::string_view text);

struct SettingDefinition {
  SettingInfo info;
  ApplySetting apply;
};

/// In the order of setting_table().
[[nodiscard]] std::span<const SettingDefinition> setting_definitions();
[[nodiscard]] const SettingDefinition* find_setting(std::string_view name);
/// The setting that was probably meant: at most two letters off.
[[nodiscard]] const SettingDefinition* nearest_setting(std::string_view name);

}  // namespace holdfast::engine::detail
