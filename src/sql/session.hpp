#pragma once

#include <string>

#include "base/deadline.hpp"
#include "base/principal.hpp"
#include "base/time.hpp"

namespace holdfast::sql {

/// For whom, and until when, statements run: what auth.uid(), auth.jwt() and now() answer, and what the
/// commit log records as actor and request.
struct Session {
  base::Principal principal;
  std::string request_id;
  base::Deadline deadline = base::Deadline::never();
  /// Set by the Database when the transaction begins: one now() a transaction.
  base::Timestamp now{};
};

}  // namespace holdfast::sql
