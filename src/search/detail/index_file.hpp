#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "sql/value.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::search::detail {

[[nodiscard]] std::string quote_name(std::string_view name);
[[nodiscard]] std::string quote_text(std::string_view text);

struct CloseConnection {
  void operator()(sqlite3* connection) const;
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};

/// A prepared statement of the index file.
class FileStatement {
 public:
  explicit FileStatement(sqlite3_stmt* statement) : statement_(statement) {}

  FileStatement& bind(int position, std::int64_t value);
  /// The bytes must stay until the statement has run.
  FileStatement& bind(int position, std::string_view text);
  /// True when there is a row; it is valid until finish().
  Result<bool> step();
  Result<void> run();
  void finish();
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

/// The write connection to `search.db`. Everything in the file can be made again from the tables: it does not
/// wait for the disk, and a file that is damaged is emptied. One thread at a time.
class IndexFile {
 public:
  /// Makes the file where there is none, and empties one whose beginning is damaged.
  static Result<std::unique_ptr<IndexFile>> open(const std::filesystem::path& path);
  /// Moves what the write-ahead log has into the file, unless somebody reads: else every later opening would
  /// read that log anew.
  ~IndexFile();
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;

  /// Makes an empty file where there is none, or none that SQLite reads. Only before others have it open.
  static Result<void> ensure(const std::filesystem::path& path);
  /// Opens it to write, which rolls back what a power loss left half done, and sees to its first page.
  static Result<void> make(const std::filesystem::path& path);
  /// Removes a file that is beyond repair and makes an empty one.
  static Result<void> replace(const std::filesystem::path& path);

  Result<void> execute(const std::string& script);
  Result<FileStatement> prepare(const std::string& sql);
  /// Runs `work` in a transaction.
  template <class Work>
  Result<void> transaction(Work&& work) HF_NO_THREAD_ANALYSIS {
    HF_CHECK(execute("BEGIN IMMEDIATE"));
    auto outcome = work();
    if (outcome.ok()) outcome = execute("COMMIT");
    if (!outcome.ok()) static_cast<void>(execute("ROLLBACK").ok());
    return outcome;
  }
  /// Empties the file in place, whatever it contains; others who have it open see it empty.
  Result<void> reset();
  /// HF012 when the file's pages are not in order.
  Result<void> check();

 private:
  explicit IndexFile(sqlite3* connection) : connection_(connection) {}
  Result<std::string> quick_check();
  std::unique_ptr<sqlite3, CloseConnection> connection_;
};

}  // namespace holdfast::search::detail
