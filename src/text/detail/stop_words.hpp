#pragma once

#include <string_view>
#include <vector>

namespace holdfast::text::detail {

/// Words of a language that no index keeps; none for a language without such a list.
class StopWords {
 public:
  explicit StopWords(std::string_view language);
  [[nodiscard]] bool contains(std::string_view word) const;

 private:
  std::vector<std::string_view> words_;  ///< sorted by bytes
};

}  // namespace holdfast::text::detail
