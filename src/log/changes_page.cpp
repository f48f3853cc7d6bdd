#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "base/json_writer.hpp"
#include "log/log_scan.hpp"
#include "schema/access.hpp"
#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::log {
namespace {

/// Changes of other tables that one page looks through at most, so that a filter that matches nothing gives
/// an empty page and a position to go on from, instead of a read of the whole log.
constexpr std::size_t kMostScanned = 20000;

constexpr std::string_view kRowAlias = "logged";

using Side = sql::Value Change::Field::*;

const Change::Field* find_field(const Change& change, std::string_view name) {
  const auto field = std::ranges::find(change.fields, name, &Change::Field::name);
  return field == change.fields.end() ? nullptr : &*field;
}

/// A logged value has lost its column's collation, which policies compare by.
std::string collation_of(const types::Type& type) {
  if (type.is(types::Kind::numeric)) return " COLLATE pg_numeric";
  if (!type.is(types::Kind::enumeration) || !type.enumeration) return {};
  return " COLLATE " +
         schema::quote_identifier("enum_" + type.enumeration->schema + "." + type.enumeration->name);
}

/// What one role may see of one table: its columns, and which rows.
class TableView {
 public:
  static Result<TableView> make(const schema::Catalogue& catalogue, std::string_view role,
                                const schema::Table& table) {
    TableView view(table, schema::readable_columns(catalogue, role, table));
    if (view.columns_.empty()) return view;
    HF_TRY(view.filter_, schema::row_filter(catalogue, role, table, schema::Command::select, kRowAlias));
    view.filter_ = view.filter_query(view.filter_);
    return view;
  }

  [[nodiscard]] std::span<const schema::Column* const> columns() const { return columns_; }

  Result<bool> shows(sql::Connection& connection, const Change& change, Side side) const {
    if (columns_.empty()) return false;
    HF_TRY(auto statement, connection.prepare(filter_));
    int position = 0;
    for (const auto& column : table_->columns) {
      const auto* field = find_field(change, column.name);
      const auto value = field == nullptr ? sql::ValueView::of_null() : (field->*side).view();
      HF_CHECK(statement->bind(++position, value));
    }
    HF_TRY(const bool row, statement->step());
    const auto answer = row ? statement->column(0) : sql::ValueView::of_null();
    return answer.kind == sql::ValueKind::integer && answer.integer != 0;
  }

 private:
  TableView(const schema::Table& table, std::vector<const schema::Column*> columns)
      : table_(&table), columns_(std::move(columns)) {}

  [[nodiscard]] std::string filter_query(const std::string& filter) const {
    std::string row;
    int position = 0;
    for (const auto& column : table_->columns) {
      row += row.empty() ? "$" : ", $";
      row += std::to_string(++position) + collation_of(column.type) + " AS " +
             schema::quote_identifier(column.name);
    }
    return "SELECT (" + filter + ") FROM (SELECT " + row + ") AS " + schema::quote_identifier(kRowAlias);
  }

  const schema::Table* table_;
  std::vector<const schema::Column*> columns_;
  std::string filter_;
};

/// `character varying(100)[]` -> `character varying[]`: a modifier does not change how a value is stored.
std::string without_modifier(std::string type) {
  const auto open = type.find('(');
  const auto close = type.find(')', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos) type.erase(open, close - open + 1);
  return type;
}

types::StoredView stored(const sql::Value& value) {
  return {.storage = static_cast<types::Stored::Storage>(value.kind),
          .integer = value.integer,
          .real = value.real,
          .bytes = value.bytes};
}
static_assert(static_cast<int>(types::Stored::Storage::blob) == static_cast<int>(sql::ValueKind::blob) &&
              static_cast<int>(types::Stored::Storage::text) == static_cast<int>(sql::ValueKind::text));

/// The type to print a logged value with: the column's, unless the column had another type then.
types::Type type_of(const Change::Field& field, const schema::Column& column) {
  if (without_modifier(field.type) == without_modifier(types::format_type(column.type))) return column.type;
  types::Type plain;
  switch (field.after.is_null() ? field.before.kind : field.after.kind) {
    case sql::ValueKind::integer:
      plain.kind = types::Kind::int8;
      break;
    case sql::ValueKind::real:
      plain.kind = types::Kind::float8;
      break;
    case sql::ValueKind::blob:
      plain.kind = types::Kind::bytea;
      break;
    default:
      plain.kind = types::Kind::text;
  }
  return plain;
}

std::string_view name_of(sql::Operation operation) {
  if (operation == sql::Operation::insert) return "insert";
  return operation == sql::Operation::update ? "update" : "delete";
}

class PageWriter {
 public:
  PageWriter(sql::Connection& connection, const schema::Catalogue& catalogue, std::string& out)
      : connection_(connection),
        catalogue_(catalogue),
        principal_(connection.session().principal),
        shows_actors_(principal_.is_system() || catalogue.bypass_roles.contains(principal_.role)),
        json_(out) {}

  Result<void> write(const LogScan& scan) {
    json_.begin_object().key("changes").begin_array();
    auto commit = scan.commits.begin();
    for (const auto& change : scan.changes) {
      while (commit->position != change.position) ++commit;
      HF_CHECK(write_change(*commit, change));
    }
    json_.end_array().key("position").integer(scan.upto).key("more").boolean(scan.more).end_object();
    return {};
  }

 private:
  Result<const TableView*> view_of(const std::string& table) {
    if (const auto known = views_.find(table); known != views_.end())
      return known->second ? &*known->second : nullptr;
    auto& view = views_[table];
    if (const auto* declared = catalogue_.find_by_engine_name(table); declared != nullptr) {
      HF_TRY(view, TableView::make(catalogue_, principal_.role, *declared));
    }
    return view ? &*view : nullptr;
  }

  Result<void> write_change(const Commit& commit, const Change& change) {
    HF_TRY(const auto* view, view_of(change.table));
    if (view == nullptr) return {};
    bool before = false;
    bool after = false;
    if (change.operation != sql::Operation::insert) {
      HF_TRY(before, view->shows(connection_, change, &Change::Field::before));
    }
    if (change.operation != sql::Operation::erase) {
      HF_TRY(after, view->shows(connection_, change, &Change::Field::after));
    }
    if (!before && !after) return {};
    json_.begin_object();
    write_head(commit, change);
    write_row("before", *view, change, before ? &Change::Field::before : nullptr);
    write_row("after", *view, change, after ? &Change::Field::after : nullptr);
    if (change.operation == sql::Operation::update) write_changed(*view, change);
    json_.end_object();
    return {};
  }

  void write_head(const Commit& commit, const Change& change) {
    json_.key("position").integer(change.position).key("sequence").integer(change.sequence);
    json_.key("at").string(commit.at);
    if (shows_actors_) {
      json_.key("actor").string(commit.actor).key("role").string(commit.role);
      json_.key("key_prefix").string(commit.key_prefix).key("request").string(commit.request_id);
    }
    json_.key("table").string(change.table).key("operation").string(name_of(change.operation));
  }

  void write_row(std::string_view key, const TableView& view, const Change& change, Side side) {
    json_.key(key);
    if (side == nullptr) {
      json_.null();
      return;
    }
    json_.begin_object();
    for (const auto* column : view.columns()) {
      const auto* field = find_field(change, column->name);
      if (field == nullptr || field->secret) continue;
      value_.clear();
      types::append_json(value_, type_of(*field, *column), stored(field->*side));
      json_.key(column->name).raw(value_);
    }
    json_.end_object();
  }

  void write_changed(const TableView& view, const Change& change) {
    json_.key("changed").begin_array();
    for (const auto& field : change.fields) {
      const bool readable =
          std::ranges::find(view.columns(), field.name, &schema::Column::name) != view.columns().end();
      if (field.changed && (readable || field.secret)) json_.string(field.name);
    }
    json_.end_array();
  }

  sql::Connection& connection_;
  const schema::Catalogue& catalogue_;
  const base::Principal& principal_;
  /// Who changed a row is nobody's business who does not see every row anyway.
  bool shows_actors_;
  base::JsonWriter json_;
  std::map<std::string, std::optional<TableView>> views_;
  std::string value_;
};

}  // namespace

Result<std::string> changes_page(sql::Connection& connection, const schema::Catalogue& catalogue,
                                 Position since, std::size_t limit, const ChangeFilter& filter) {
  HF_TRY(const auto scan, scan_log(connection, since, {.changes = limit, .scanned = kMostScanned}, filter));
  std::string page;
  HF_CHECK(PageWriter(connection, catalogue, page).write(scan));
  return page;
}

}  // namespace holdfast::log
