#include "log/change_view.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "base/json_writer.hpp"
#include "schema/access.hpp"
#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::log {
namespace {

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
    view.always_ = view.filter_ == "1";
    view.never_ = view.filter_ == "0";
    view.filter_ = view.filter_query(view.filter_);
    return view;
  }

  [[nodiscard]] std::string name() const { return table_->name.to_string(); }
  [[nodiscard]] std::span<const schema::Column* const> columns() const { return columns_; }

  Result<bool> shows(sql::Connection& connection, const Change& change, Side side) const {
    if (columns_.empty() || never_) return false;
    if (always_) return true;
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
  /// No policy is to be asked: the role bypasses them or there are none; or none lets the role see a row.
  bool always_ = false;
  bool never_ = false;
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

}  // namespace

struct ChangeView::State {
  State(const schema::Catalogue& c, std::string r)
      : catalogue(c),
        role(std::move(r)),
        shows_actors(role == base::kSystemRole || catalogue.bypass_roles.contains(role)) {}

  Result<const TableView*> view_of(const std::string& table) {
    if (const auto known = views.find(table); known != views.end())
      return known->second ? &*known->second : nullptr;
    std::optional<TableView> made;
    if (const auto* declared = catalogue.find_by_engine_name(table); declared != nullptr) {
      HF_TRY(made, TableView::make(catalogue, role, *declared));
    }
    const auto& view = views[table] = std::move(made);
    return view ? &*view : nullptr;
  }

  void write_head(base::JsonWriter& json, const TableView& view, const Commit& commit,
                  const Change& change) const {
    json.key("position").integer(change.position).key("sequence").integer(change.sequence);
    json.key("at").string(commit.at);
    if (shows_actors) {
      json.key("actor").string(commit.actor).key("role").string(commit.role);
      json.key("key_prefix").string(commit.key_prefix).key("request").string(commit.request_id);
    }
    json.key("table").string(view.name()).key("operation").string(name_of(change.operation));
  }

  void write_row(base::JsonWriter& json, std::string_view key, const TableView& view, const Change& change,
                 Side side) {
    json.key(key);
    if (side == nullptr) {
      json.null();
      return;
    }
    json.begin_object();
    for (const auto* column : view.columns()) {
      const auto* field = find_field(change, column->name);
      if (field == nullptr || field->secret) continue;
      value.clear();
      types::append_json(value, type_of(*field, *column), stored(field->*side));
      json.key(column->name).raw(value);
    }
    json.end_object();
  }

  static void write_changed(base::JsonWriter& json, const TableView& view, const Change& change) {
    json.key("changed").begin_array();
    for (const auto& field : change.fields) {
      const bool readable =
          std::ranges::find(view.columns(), field.name, &schema::Column::name) != view.columns().end();
      if (field.changed && (readable || field.secret)) json.string(field.name);
    }
    json.end_array();
  }

  const schema::Catalogue& catalogue;
  std::string role;
  /// Who changed a row is nobody's business who does not see every row anyway.
  bool shows_actors;
  std::map<std::string, std::optional<TableView>> views;
  std::string value;
};

ChangeView::ChangeView(const schema::Catalogue& catalogue, std::string role)
    : state_(std::make_unique<State>(catalogue, std::move(role))) {}
ChangeView::~ChangeView() = default;

Result<bool> ChangeView::append(std::string& out, sql::Connection& connection, const Commit& commit,
                                const Change& change) {
  HF_TRY(const auto* view, state_->view_of(change.table));
  if (view == nullptr) return false;
  bool before = false;
  bool after = false;
  if (change.operation != sql::Operation::insert) {
    HF_TRY(before, view->shows(connection, change, &Change::Field::before));
  }
  if (change.operation != sql::Operation::erase) {
    HF_TRY(after, view->shows(connection, change, &Change::Field::after));
  }
  if (!before && !after) return false;
  base::JsonWriter json(out);
  json.begin_object();
  state_->write_head(json, *view, commit, change);
  state_->write_row(json, "before", *view, change, before ? &Change::Field::before : nullptr);
  state_->write_row(json, "after", *view, change, after ? &Change::Field::after : nullptr);
  if (change.operation == sql::Operation::update) State::write_changed(json, *view, change);
  json.end_object();
  return true;
}

}  // namespace holdfast::log
