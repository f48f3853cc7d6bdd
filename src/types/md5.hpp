#pragma once

#include <string>
#include <string_view>

namespace holdfast::types {

/// md5(): 32 lower-case digits. For checksums that PostgreSQL's function gives, never for secrets.
/// Source: RFC 1321.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace holdfast::types
