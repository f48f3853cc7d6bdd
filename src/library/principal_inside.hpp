#pragma once

#include <memory>

#include "holdfast/principal.hpp"
#include "sql/session.hpp"

namespace holdfast::v0::detail {

/// A Principal as a session of its own without a deadline, so that a call need not make one.
struct PrincipalInside {
  sql::Session session;

  [[nodiscard]] static const sql::Session& of(const Principal& principal) {
    return principal.inside_->session;
  }
  [[nodiscard]] static Principal make(base::Principal principal) {
    return Principal(std::make_shared<const PrincipalInside>(
        PrincipalInside{{.principal = std::move(principal), .request_id = {}}}));
  }
};

}  // namespace holdfast::v0::detail
