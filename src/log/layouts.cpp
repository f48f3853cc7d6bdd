#include "log/layouts.hpp"

#include "log/record_format.hpp"
#include "types/type.hpp"

namespace holdfast::log {
namespace {

bool is_real(const schema::Column& column) {
  return column.type.is(types::Kind::float4) || column.type.is(types::Kind::float8);
}

/// Equal for layouts that may share an id. Names hold no zero byte.
std::string signature_of(const Layout& layout) {
  std::string signature = layout.table;
  for (const auto& column : layout.columns) {
    (signature += '\0') += column.name;
    (signature += '\0') += column.type;
    signature += column.secret ? '1' : '0';
  }
  return signature;
}

Result<void> read_layout_rows(sql::Statement& statement, const std::function<void(Layout::Column)>& each) {
  while (true) {
    HF_TRY(const bool row, statement.step());
    if (!row) return {};
    each({.name = std::string(statement.column(0).bytes),
          .type = std::string(statement.column(1).bytes),
          .secret = statement.column(2).integer != 0});
  }
}

}  // namespace

Result<void> LayoutBook::load(sql::Connection& connection) {
  entries_.clear();
  by_signature_.clear();
  current_.clear();
  LayoutReader reader(connection);
  HF_TRY(auto ids, connection.prepare("SELECT layout FROM hf_layouts ORDER BY layout"));
  while (true) {
    HF_TRY(const bool row, ids->step());
    if (!row) return {};
    HF_TRY(const auto* layout, reader.find(static_cast<std::uint64_t>(ids->column(0).integer)));
    entries_.push_back({.layout = *layout, .state = Entry::State::durable});
    by_signature_.insert_or_assign(signature_of(*layout), &entries_.back());
  }
}

Result<void> LayoutBook::read_tables(sql::Connection& connection) {
  current_.clear();
  physical_.clear();
  // Virtual generated columns (hidden = 2) are not part of the row that the hook sees.
  HF_TRY(auto statement,
         connection.prepare("SELECT t.name, c.name, c.type FROM pragma_table_list AS t, "
                            "pragma_table_xinfo(t.name) AS c WHERE t.schema = 'main' AND t.type = 'table' "
                            "AND c.hidden <> 2 ORDER BY t.name, c.cid"));
  while (true) {
    HF_TRY(const bool row, statement->step());
    if (!row) return {};
    physical_[std::string(statement->column(0).bytes)].emplace_back(statement->column(1).bytes,
                                                                    statement->column(2).bytes);
  }
}

void LayoutBook::set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) {
  catalogue_ = std::move(catalogue);
  current_.clear();
}

std::vector<Layout::Column> LayoutBook::describe(std::string_view table, int columns) const {
  std::vector<Layout::Column> described(static_cast<std::size_t>(columns));
  const auto* declared = catalogue_->find_by_engine_name(table);
  const auto physical = physical_.find(table);
  if (physical == physical_.end()) return described;
  for (std::size_t i = 0; i < described.size() && i < physical->second.size(); ++i) {
    const auto& [name, type] = physical->second[i];
    const auto* column = declared == nullptr ? nullptr : declared->find_column(name);
    if (column == nullptr)
      described[i] = {.name = name, .type = {}, .real = type == "REAL"};
    else
      described[i] = {.name = name,
                      .type = types::format_type(column->type),
                      .secret = column->hidden,
                      .real = is_real(*column)};
  }
  return described;
}

const Layout& LayoutBook::of(std::string_view table, int columns) {
  const auto known = current_.find(table);
  if (known != current_.end() && known->second->layout.columns.size() == static_cast<std::size_t>(columns))
    return known->second->layout;
  Layout layout{.table = std::string(table), .columns = describe(table, columns)};
  const auto same = by_signature_.find(signature_of(layout));
  Entry* entry = nullptr;
  if (same != by_signature_.end()) {
    entry = same->second;
    entry->layout.columns = std::move(layout.columns);  // whether a column is REAL is not on disk
  } else {
    layout.id = static_cast<std::int64_t>(entries_.size()) + 1;
    entries_.push_back({.layout = std::move(layout)});
    entry = &entries_.back();
    by_signature_.emplace(signature_of(entry->layout), entry);
    unsettled_ = true;
  }
  current_.insert_or_assign(std::string(table), entry);
  return entry->layout;
}

Result<void> LayoutBook::write_new(sql::Connection& connection) {
  if (!unsettled_) return {};
  for (auto& entry : entries_) {
    if (entry.state != Entry::State::fresh) continue;
    HF_CHECK(name_columns(connection, entry.layout));
    HF_TRY(auto insert, connection.prepare("INSERT INTO hf_layouts(layout, table_name) VALUES($1, $2)"));
    HF_CHECK(insert->bind(1, sql::ValueView::of(entry.layout.id)));
    HF_CHECK(insert->bind(2, sql::ValueView::of(entry.layout.table)));
    HF_CHECK(insert->step());
    HF_TRY(auto add, connection.prepare("INSERT INTO hf_layout_columns(layout, ordinal, name, type, secret) "
                                        "VALUES($1, $2, $3, $4, $5)"));
    std::int64_t ordinal = 0;
    for (const auto& column : entry.layout.columns) {
      add->reset();
      HF_CHECK(add->bind(1, sql::ValueView::of(entry.layout.id)));
      HF_CHECK(add->bind(2, sql::ValueView::of(ordinal++)));
      HF_CHECK(add->bind(3, sql::ValueView::of(column.name)));
      HF_CHECK(add->bind(4, sql::ValueView::of(column.type)));
      HF_CHECK(add->bind(5, sql::ValueView::of(std::int64_t{column.secret})));
      HF_CHECK(add->step());
    }
  }
  for (auto& entry : entries_)
    if (entry.state == Entry::State::fresh) entry.state = Entry::State::written;
  return {};
}

/// A table that was made in this very transaction was not there when the columns were read.
Result<void> LayoutBook::name_columns(sql::Connection& connection, Layout& layout) {
  if (!layout.columns.empty() && !layout.columns.back().name.empty()) return {};
  HF_TRY(auto statement, connection.prepare("SELECT name FROM pragma_table_xinfo($1) WHERE hidden <> 2"));
  HF_CHECK(statement->bind(1, sql::ValueView::of(layout.table)));
  for (auto& column : layout.columns) {
    HF_TRY(const bool row, statement->step());
    if (row) column.name = statement->column(0).bytes;
  }
  return {};
}

void LayoutBook::settle(bool durable) {
  if (!unsettled_) return;
  unsettled_ = false;
  for (auto& entry : entries_) {
    if (entry.state == Entry::State::written)
      entry.state = durable ? Entry::State::durable : Entry::State::fresh;
    if (entry.state == Entry::State::fresh) unsettled_ = true;
  }
}

Result<const Layout*> LayoutReader::find(std::uint64_t id) {
  if (const auto known = known_.find(id); known != known_.end()) return &known->second;
  const auto key = static_cast<std::int64_t>(id);
  Layout layout{.id = key, .table = {}, .columns = {}};
  HF_TRY(auto table, connection_.prepare("SELECT table_name FROM hf_layouts WHERE layout = $1"));
  HF_CHECK(table->bind(1, sql::ValueView::of(key)));
  HF_TRY(const bool found, table->step());
  if (!found) return damaged_log("a record of an unknown layout");
  layout.table = table->column(0).bytes;
  HF_TRY(auto columns, connection_.prepare("SELECT name, type, secret FROM hf_layout_columns "
                                           "WHERE layout = $1 ORDER BY ordinal"));
  HF_CHECK(columns->bind(1, sql::ValueView::of(key)));
  HF_CHECK(read_layout_rows(*columns,
                            [&](Layout::Column column) { layout.columns.push_back(std::move(column)); }));
  return &known_.emplace(id, std::move(layout)).first->second;
}

}  // namespace holdfast::log
