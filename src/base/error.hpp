#pragma once

#include <string>
#include <string_view>

namespace holdfast::base {

/// What went wrong, in the shape that PostgREST's clients read: `{code, message, details, hint}`.
///
/// `code` is a PostgreSQL SQLSTATE (`23505`), a PostgREST code (`PGRST116`) or one of ours (`HF001`);
/// error_codes.hpp lists them with their HTTP statuses. Tests compare codes, never wording.
struct Error {
  std::string code;
  std::string message;
  std::string details{};
  std::string hint{};
  /// The same call may succeed when it is made again, unchanged.
  bool retryable = false;
  /// The connection that met this error cannot be used any more.
  bool poisons_connection = false;
  /// Nobody knows whether the commit took place.
  bool in_doubt = false;

  /// The error as one line for a terminal or a log: `23505: message (details) hint: ...`.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace holdfast::base

namespace holdfast {
using base::Error;
}
