#pragma once

#include <string_view>

#include "base/principal.hpp"

namespace holdfast::auth::detail {

/// Roles that a token may claim. kSystemRole is never among them.
[[nodiscard]] inline bool is_token_role(std::string_view role) {
  return role == base::kAnonRole || role == base::kAuthenticatedRole || role == base::kServiceRole;
}

}  // namespace holdfast::auth::detail
