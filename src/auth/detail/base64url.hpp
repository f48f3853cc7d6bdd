#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::auth::detail {

/// RFC 4648 section 5 without padding, as JWS wants it.
[[nodiscard]] std::string base64url_encode(std::string_view bytes);
/// Only the canonical form: no padding, no other alphabet, unused bits zero. So one value has one spelling.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace holdfast::auth::detail
