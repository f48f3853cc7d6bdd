#pragma once

#include <optional>
#include <string>
#include <vector>

namespace holdfast::cli {

struct Table {
  using Row = std::vector<std::optional<std::string>>;  ///< nullopt is null
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// Columns in line, as psql prints them; control characters as escapes. Ends with `(n rows)`.
[[nodiscard]] std::string to_text(const Table& table);
/// RFC 4180 with a header; null is empty and an empty text is `""`, as PostgreSQL's COPY writes them.
[[nodiscard]] std::string to_csv(const Table& table);

}  // namespace holdfast::cli
