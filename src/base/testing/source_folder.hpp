#pragma once

#include <filesystem>

namespace holdfast::base::testing {

/// The project's own folder, where tests find blueprints and tests/data.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace holdfast::base::testing
