#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "search/detail/index_file.hpp"

namespace holdfast::search::detail {

/// Makes the two tables of an index: the FTS5 table `<name>` and `<name>.rows`, which keeps each row's key
/// and terms, so that a row can be taken out when its table no longer knows what it was.
Result<void> create_index(IndexFile& file, std::string_view name);
Result<void> drop_index(IndexFile& file, std::string_view name);
Result<void> clear_index(IndexFile& file, std::string_view name);
/// Joins the pieces of a bulk load into one, which is quicker to search.
Result<void> optimise_index(IndexFile& file, std::string_view name);

/// Writes rows of one index. Inside a transaction of the file.
class IndexWriter {
 public:
  static Result<IndexWriter> prepare(IndexFile& file, std::string_view name);

  /// Adds a row that is not there.
  Result<void> add(std::int64_t row, std::string_view key, std::string_view terms);
  /// Adds a row in the place of whatever has its rowid.
  Result<void> put(std::int64_t row, std::string_view key, std::string_view terms);
  Result<void> erase(std::string_view key);

 private:
  IndexWriter(FileStatement find_key, FileStatement find_row, FileStatement insert_row,
              FileStatement erase_row, FileStatement insert_terms, FileStatement erase_terms);
  Result<void> erase_found(FileStatement& found);

  FileStatement find_key_;
  FileStatement find_row_;
  FileStatement insert_row_;
  FileStatement erase_row_;
  FileStatement insert_terms_;
  FileStatement erase_terms_;
};

}  // namespace holdfast::search::detail
