#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace holdfast::types {

/// Walks over JSON text token by token and refuses what PostgreSQL refuses. Views point into the text.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  /// The next character that is no blank; 0 at the end.
  char peek();
  /// Takes `c` where it is next.
  bool take(char c);
  /// A string with its escapes resolved, appended to `out`. 22P05 for \u0000.
  Result<void> read_string(std::string& out);
  /// A number as written.
  Result<std::string_view> read_number();
  /// `true`, `false` or `null`.
  Result<std::string_view> read_word();
  /// Any value, checked and passed over; its text. Escapes are checked as type json does: form only.
  Result<std::string_view> skip_value(int depth = 0);
  /// Nothing but blanks may follow.
  Result<void> finish();
  [[nodiscard]] Error error() const;

 private:
  Result<void> skip_string();
  Result<void> skip_members(int depth);
  Result<void> skip_items(int depth);
  Result<void> read_escape(std::string& out);
  Result<unsigned> read_hex();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace holdfast::types
