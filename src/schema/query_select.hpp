#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/detail/tree.hpp"
#include "schema/query_context.hpp"

namespace holdfast::schema::detail {

/// A query that gives rows, translated; `sql` is not in parentheses.
struct Rows {
  struct Column {
    std::string name;
    types::Type type;
    /// What the SQL calls it: `name`, made different where a name comes twice.
    std::string sql_name{};
    /// An untyped literal that became text: a set operation may give it another type.
    bool untyped = false;
    /// The table's column that this is as it stands; null for what is computed.
    const schema::Column* origin = nullptr;
    const Table* origin_table = nullptr;
  };
  std::string sql;
  std::vector<Column> columns;
  /// Never more than one row: no GROUP BY with an aggregate, LIMIT 1, no FROM.
  bool at_most_one = false;
};

/// What the place of a SELECT asks of its columns.
struct RowsWanted {
  /// Types that untyped literals take (INSERT); shorter than the list, or empty: text.
  std::vector<types::Type> types{};
};

/// A condition that is true until the session's deadline passes, and then raises 57014.
inline constexpr std::string_view kDeadlineCheck = "hf_deadline()";

/// SELECT, VALUES or a set operation. `context` gives the outer scope, rights and common tables.
Result<Rows> translate_rows(const Context& context, const PgQuery__SelectStmt& select,
                            const RowsWanted& wanted = {});
Result<Rows> translate_rows(const Context& context, const Node* node, const RowsWanted& wanted = {});

}  // namespace holdfast::schema::detail
