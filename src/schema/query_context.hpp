#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/expression_operand.hpp"
#include "schema/parse.hpp"

namespace holdfast::schema::detail {

/// What all queries nested in one statement share.
struct Statement {
  const Catalogue& catalogue;
  /// Names of sources taken so far: each source has one of its own, so that no inlined view, function or
  /// policy can capture another's columns.
  std::set<std::string> aliases{};
  std::deque<types::Type> parameters{};
  /// Tables whose policies, and functions whose bodies, are being compiled: the way back to one is recursion.
  std::vector<const Table*> open_policies{};
  std::vector<const Function*> open_calls{};
  int depth = 0;
  int sources = 0;
  /// It runs on the writer, which is never interrupted: its parts look at the clock for each row.
  bool on_writer = false;
};

struct SourceColumn {
  std::string name;
  Operand value;
  /// Of the table that the source is, where it is one.
  const Column* column = nullptr;
  /// Of a sub-select or WITH query: the table's column that this is as it stands, and that table.
  const Column* origin = nullptr;
  const Table* origin_table = nullptr;
};

/// One FROM item.
struct Source {
  std::string name;       ///< as the query calls it
  std::string sql_alias;  ///< as the SQL calls it
  std::vector<SourceColumn> columns;
  const Table* table = nullptr;
  /// SELECT on the table's columns is checked as they are used; not so in its own policies.
  bool checked = true;
  /// The table stands bare in FROM: its rowid can be used.
  bool bare = false;
  /// Set when a column is used: an UPDATE or DELETE that reads its target needs SELECT, policies too.
  mutable bool was_read = false;
};

struct Grouping {
  /// SQL of the grouped expressions.
  std::set<std::string> keys{};
  /// Sources whose primary key is grouped: their other columns depend on it.
  std::set<const Source*> determined{};
  /// Columns met since the last grouped expression or aggregate, as `table.column`.
  std::vector<std::pair<std::string, int>> loose{};
  bool active = false;
};

/// The names that one query level sees.
struct Scope {
  std::deque<Source> sources{};
  /// Columns merged by USING: they come before those of the sources.
  std::vector<SourceColumn> merged{};
  Scope* outer = nullptr;
  Grouping* grouping = nullptr;
};

struct CommonTable {
  struct Column {
    std::string name;
    types::Type type;
    const schema::Column* origin = nullptr;
    const Table* origin_table = nullptr;
  };
  std::string sql_name;
  std::vector<Column> columns;
};
using CommonTables = std::map<std::string, CommonTable, std::less<>>;

enum class AggregateUse : std::uint8_t { forbidden, allowed, inside };

/// Where an expression stands: passed down by reference, copied where a part differs.
struct Context {
  Context(Statement& statement_of, const ParsedScript& script_of, std::string role_of)
      : statement(statement_of), script(script_of), role(std::move(role_of)) {}

  Statement& statement;
  const ParsedScript& script;
  /// Whose rights; kSystemRole bypasses all.
  std::string role;
  Scope* scope = nullptr;
  std::shared_ptr<const CommonTables> common_tables{};
  /// A function's arguments, by name and by `$n`.
  const std::map<std::string, Operand, std::less<>>* arguments = nullptr;
  AggregateUse aggregates = AggregateUse::forbidden;
  /// The clause, for messages: `WHERE`.
  std::string_view clause{};
  /// Named windows of the query.
  const std::map<std::string, std::string, std::less<>>* windows = nullptr;
  /// Set when an aggregate or a window function was met.
  bool* met_aggregate = nullptr;
  /// Where a set-returning function in a SELECT list puts its source; null where none may stand.
  std::vector<std::string>* lateral_sources = nullptr;
};

[[nodiscard]] Error failure(const Context&, int location, std::string_view code, std::string message,
                            std::string hint = {});
/// HF003: PostgreSQL can, the embedded engine cannot.
[[nodiscard]] Error untranslatable(const Context&, int location, std::string_view construct,
                                   std::string hint);
/// The error with the place in its details, unless it has some.
[[nodiscard]] Error located(const Context&, int location, Error error);
template <class T>
Result<T> located(const Context& context, int location, Result<T> result) {
  if (result.ok()) return result;
  return located(context, location, std::move(result).error());
}

/// A name in SQL that no other source of the statement has. 54001 when the statement has too many sources.
Result<std::string> fresh_alias(Statement& statement, std::string_view wanted);

/// Counts nesting; enter() gives 54001 when it is too deep.
class Nesting {
 public:
  explicit Nesting(Statement& statement) : statement_(statement) { ++statement_.depth; }
  ~Nesting() { --statement_.depth; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  [[nodiscard]] Result<void> check(const Context& context, int location) const;

 private:
  Statement& statement_;
};

/// A column by its name, `source.column` or `schema.table.column`; a source's name alone is its whole row; a
/// function's argument comes last. Checks SELECT on the column. 42703, 42702, 42P01, 42501.
Result<Operand> resolve_column(const Context& context, const std::vector<std::string>& names, int location);

/// The row of a source as a record.
Result<Operand> whole_row(const Context& context, const Source& source, int location);

/// What `*` or `source.*` stands for: the columns that the role may read.
Result<std::vector<SourceColumn>> expand_star(const Context& context,
                                              const std::vector<std::string>& qualifier, int location);

/// A source that is a table's row, its columns written `alias.column`, or bare when alias is empty.
[[nodiscard]] Source table_source(const Table& table, std::string_view name, std::string_view sql_alias);

}  // namespace holdfast::schema::detail
