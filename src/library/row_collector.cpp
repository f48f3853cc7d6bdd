#include "library/row_collector.hpp"

namespace holdfast::v0::detail {
namespace {

static_assert(static_cast<int>(Cell::Storage::text) == static_cast<int>(sql::ValueKind::text) &&
              static_cast<int>(Cell::Storage::blob) == static_cast<int>(sql::ValueKind::blob));

/// Most rows that are asked for alone fit.
constexpr std::size_t kFirstBytes = 240;

bool has_bytes(const Cell& cell) {
  return cell.storage == Cell::Storage::text || cell.storage == Cell::Storage::blob;
}

/// All of it but the bytes.
Cell head_of(sql::ValueView value) {
  Cell cell;
  cell.storage = static_cast<Cell::Storage>(value.kind);
  if (cell.storage == Cell::Storage::integer) cell.integer = value.integer;
  if (cell.storage == Cell::Storage::real) cell.real = value.real;
  cell.size = value.bytes.size();
  return cell;
}

}  // namespace

void RowCollector::put(Cell& cell, sql::ValueView value) {
  cell = head_of(value);
  if (!has_bytes(cell)) return;
  // Where they stand is known once no more are added.
  cell.offset = rows_.bytes_.size();
  rows_.bytes_.insert(rows_.bytes_.end(), value.bytes.begin(), value.bytes.end());
}

void RowCollector::add(sql::ValueView value) { put(rows_.cells_.emplace_back(), value); }

void RowCollector::add(const sql::Statement& statement) {
  const auto count = rows_.columns_->size();
  if (count == 0) return;
  auto& cells = rows_.cells_;
  if (cells.empty()) rows_.bytes_.reserve(kFirstBytes);
  const auto first = cells.size();
  cells.resize(first + count);
  for (std::size_t i = 0; i < count; ++i) put(cells[first + i], statement.column(static_cast<int>(i)));
  end_row();
}

void RowCollector::finish(std::int64_t affected) {
  for (auto& cell : rows_.cells_)
    if (has_bytes(cell)) cell.bytes = rows_.bytes_.data() + cell.offset;
  rows_.affected_ = affected;
}

Row RowCollector::view(const sql::Statement& statement, const std::vector<Column>& columns,
                       std::vector<Cell>& cells) {
  cells.clear();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto value = statement.column(static_cast<int>(i));
    auto& cell = cells.emplace_back(head_of(value));
    if (has_bytes(cell)) cell.bytes = value.bytes.data();
  }
  return {cells.data(), columns};
}

}  // namespace holdfast::v0::detail
