#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::types {

/// `text LIKE pattern` with `\` as escape. 22025 for a pattern that ends in it.
Result<bool> like(std::string_view text, std::string_view pattern);
/// ILIKE: both folded to lower case, full Unicode.
Result<bool> ilike(std::string_view text, std::string_view pattern);
/// A pattern with another escape character (one character or none) -> one with `\`. 22025.
Result<std::string> like_escape(std::string_view pattern, std::string_view escape);

/// A pattern of SIMILAR TO -> a regular expression over the whole text; `escape` is one character or none.
/// 22025 for a longer one.
Result<std::string> similar_to_regex(std::string_view pattern, std::string_view escape);

/// A compiled POSIX regular expression, run by RE2: linear time, no back-references. Any thread.
class Regex {
 public:
  /// Flags as PostgreSQL's: i, c, g (left to the caller), n, m, s, x. 2201B for a bad pattern, 22023 for a
  /// bad flag.
  static Result<Regex> compile(std::string_view pattern, std::string_view flags);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  [[nodiscard]] bool matches(std::string_view text) const;
  /// The groups of the first match, or the whole match where there are none; a group without part is nullopt.
  [[nodiscard]] std::optional<std::vector<std::optional<std::string>>> first_match(
      std::string_view text) const;
  /// `by` may hold \1 to \9 and \&. All matches, or the first.
  [[nodiscard]] std::string replace(std::string_view text, std::string_view by, bool all) const;
  [[nodiscard]] std::vector<std::string> split(std::string_view text) const;

 private:
  struct Compiled;
  explicit Regex(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace holdfast::types
