#pragma once

#include <functional>
#include <string>
#include <vector>

#include "records/write_plan.hpp"

namespace holdfast::records {

/// Rows as they will stand, asked for row security before any is stored: a row that is refused must tell
/// nothing of the keys that exist, as a constraint's error would. The conditions name the row `rest0`.

using ValueOf = std::function<std::string(const schema::Column&)>;

/// A FROM item `(...) AS rest0`: what `value` gives for each stored column, and the generated ones made of
/// them. `from` is the FROM clause that the values read, or empty.
[[nodiscard]] std::string coming_row(const schema::Table& table, const ValueOf& value,
                                     const std::string& from);

/// 1, or error 42501. `which` is empty or " (USING expression)".
[[nodiscard]] std::string policy_guard(const schema::Table& table, const std::string& condition,
                                       std::string_view which = "");

/// The key that SQLite numbers when a row comes without it; null where there is none.
[[nodiscard]] const schema::Column* numbered_key(const schema::Table& table);

/// The same where the plan has to know the number before the row is stored, because a policy may ask for it.
[[nodiscard]] const schema::Column* drawn_key(const WritePlan& plan);

/// A new row: column n is parameter $n+1; other columns take their defaults.
struct GivenRow {
  std::vector<const schema::Column*> columns{};
  /// Also one of `columns` where its number was drawn for this row: a merge leaves it alone.
  const schema::Column* drawn_key = nullptr;
};

/// `INSERT`. Where the plan wants keys and the row may meet one that stands, it gives the rowid back. Where
/// row security asks something of new rows, every default is made once and the whole row is checked, then
/// stored.
[[nodiscard]] std::string insert_sql(const WritePlan& plan, const GivenRow& row);

/// The check of insert_sql() alone: 42501, or nothing.
[[nodiscard]] std::string insert_policy_sql(const WritePlan& plan, const GivenRow& row);

}  // namespace holdfast::records
