#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct PgQuery__Node;
struct PgQuery__ParseResult;

namespace holdfast::schema {

/// Counted from 1; a column is a character, not a byte, as in PostgreSQL's messages.
struct SourcePosition {
  int line = 1;
  int column = 1;
  auto operator<=>(const SourcePosition&) const = default;
};

/// One statement of a script. `node` belongs to the script; its kind is read with schema/detail/tree.hpp.
struct ParsedStatement {
  const PgQuery__Node* node = nullptr;
  /// As written, without the semicolon, blanks and comments around it.
  std::string_view text;
  /// Byte offset of `text` in the script.
  std::size_t offset = 0;
};

/// A script in PostgreSQL's language with the tree that PostgreSQL's own parser made of it. Movable; views
/// and nodes stay valid as long as the script lives. Parsing may run on any thread.
class ParsedScript {
 public:
  /// `file` is how errors call the source; may be empty. Errors: 42601 with file:line:column in details,
  /// 22021 for a zero byte, 54001 for nesting too deep.
  static Result<ParsedScript> parse(std::string_view file, std::string_view sql);

  [[nodiscard]] const std::vector<ParsedStatement>& statements() const { return source_->statements; }
  [[nodiscard]] std::string_view file() const { return source_->file; }
  [[nodiscard]] std::string_view text() const { return source_->sql; }

  /// Of a byte offset, as the nodes' `location` fields give it; negative means unknown: the script's start.
  [[nodiscard]] SourcePosition position(int offset) const;
  /// `file:line:column`, or `line 3, column 7` without a file.
  [[nodiscard]] std::string where(int offset) const;

 private:
  struct FreeTree {
    void operator()(PgQuery__ParseResult* tree) const;
  };
  /// On the heap, so that the views in `statements` survive a move of the script.
  struct Source {
    std::string file;
    std::string sql;
    std::vector<ParsedStatement> statements;
    std::unique_ptr<PgQuery__ParseResult, FreeTree> tree;
  };
  explicit ParsedScript(std::unique_ptr<Source> source) : source_(std::move(source)) {}

  std::unique_ptr<Source> source_;
};

}  // namespace holdfast::schema
