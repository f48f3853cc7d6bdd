#pragma once

#include <span>
#include <string_view>

namespace holdfast::server {

/// One file of web/, as it was when the binary was built (cmake/embed.cmake).
struct WebFile {
  std::string_view name;  ///< `index.html`
  std::string_view bytes;
};

[[nodiscard]] std::span<const WebFile> web_files();

}  // namespace holdfast::server
