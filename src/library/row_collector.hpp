#pragma once

#include <memory>
#include <vector>

#include "holdfast/rows.hpp"
#include "sql/connection.hpp"

namespace holdfast::v0::detail {

/// Rows out of a statement, copied or as they pass.
class RowCollector {
 public:
  /// Fills `rows`, which is empty.
  RowCollector(Rows& rows, std::shared_ptr<const std::vector<Column>> columns) : rows_(rows) {
    rows_.columns_ = std::move(columns);
  }

  void add(const sql::Statement& statement);
  void add(sql::ValueView value);
  void end_row() { ++rows_.row_count_; }
  /// Nothing may be added afterwards.
  void finish(std::int64_t affected);

  /// The statement's row, whose cells go to `cells`: valid until its next step.
  [[nodiscard]] static Row view(const sql::Statement& statement, const std::vector<Column>& columns,
                                std::vector<Cell>& cells);

 private:
  void put(Cell& cell, sql::ValueView value);

  Rows& rows_;
};

}  // namespace holdfast::v0::detail
