#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::base {

/// One row of the table of codes, from which HTTP statuses and docs/reference/errors.md are made.
struct ErrorCode {
  std::string_view code;
  int http_status;
  std::string_view meaning;
};

/// Every code that Holdfast itself raises, sorted by code.
[[nodiscard]] std::span<const ErrorCode> error_codes();

/// The HTTP status of a code as PostgREST maps it: the table's row, else the rule of the SQLSTATE's class,
/// else 500. `anonymous` turns 42501 from 403 into 401.
[[nodiscard]] int http_status(std::string_view code, bool anonymous);

/// The value of WWW-Authenticate for an answer 401: RFC 6750 says what is wrong with a token.
[[nodiscard]] std::string www_authenticate(const Error& error);

}  // namespace holdfast::base
