#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// encode(), decode(): `hex`, `base64`, `escape`. 22023 for another name and for text that is not in the
/// form.
Result<std::string> encode_bytes(std::string_view bytes, std::string_view format);
Result<std::string> decode_bytes(std::string_view text, std::string_view format);

}  // namespace holdfast::types
