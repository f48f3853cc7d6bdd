#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::demo {

/// The Packages files that apt has on this machine; `announce` is called before they have to be fetched
/// (`apt-get update`, as root). HF008 when there are none and they cannot be fetched, with the line to run.
Result<std::vector<std::filesystem::path>> find_package_indexes(
    const std::function<void(std::string_view)>& announce);

/// Gives a file's text piece by piece: a compressed one (.lz4 .gz .xz .bz2 .zst .lzma) through apt-helper.
/// HF010 when it is not there, 58030 when it cannot be read to its end.
Result<void> read_index(const std::filesystem::path& file, const std::function<void(std::string_view)>& take);

}  // namespace holdfast::demo
