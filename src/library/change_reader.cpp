#include "library/change_reader.hpp"

#include <simdjson.h>

#include "library/row_collector.hpp"
#include "library/type_inside.hpp"
#include "types/codec.hpp"
#include "types/datetime.hpp"

namespace holdfast::library {
namespace {

namespace ondemand = simdjson::ondemand;

base::Error not_a_page() {
  return {.code = "XX000", .message = "a page of the log is not in the form that it is written in"};
}

template <class T, class From>
bool read(From&& from, T& out) {
  return std::forward<From>(from).get(out) == simdjson::SUCCESS;
}

bool read_text(ondemand::value value, std::string& out) {
  std::string_view text;
  if (!read(value.get_string(), text)) return false;
  out = text;
  return true;
}

types::Type json_type() {
  types::Type type;
  type.kind = types::Kind::json;
  return type;
}

/// The type of a column now, and the value as that type stores it.
struct TypedValue {
  types::Type type;
  types::Stored stored;
};

base::Result<TypedValue> typed(const schema::Column* column, std::string_view json) {
  if (column != nullptr) {
    auto stored = types::parse_json(column->type, json);
    if (stored.ok()) return TypedValue{column->type, *std::move(stored)};
  }
  HF_TRY(auto stored, types::parse_json(json_type(), json));
  return TypedValue{json_type(), std::move(stored)};
}

/// Every digit of a number, so not through simdjson's numbers.
bool raw_json(ondemand::value value, std::string& out) {
  ondemand::json_type type{};
  if (!read(value.type(), type)) return false;
  std::string_view text;
  const bool nested = type == ondemand::json_type::object || type == ondemand::json_type::array;
  if (!nested)
    text = value.raw_json_token();
  else if (!read(simdjson::to_json_string(value), text))
    return false;
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  out = text;
  return true;
}

class PageReader {
 public:
  explicit PageReader(const schema::Catalogue& catalogue) : catalogue_(catalogue) {}

  base::Result<v0::Change> change(ondemand::object object) {
    v0::Change change;
    table_ = nullptr;
    for (auto field : object) {
      std::string_view key;
      ondemand::value value;
      if (!read(field.unescaped_key(), key) || !read(field.value(), value)) return not_a_page();
      HF_CHECK(member(change, std::string(key), value));
    }
    return change;
  }

 private:
  base::Result<void> member(v0::Change& change, const std::string& key, ondemand::value value) {
    if (key == "before") return side(change.before, value);
    if (key == "after") return side(change.after, value);
    if (key == "at") return moment(change.at, value);
    return plain_member(change, key, value) ? base::Result<void>() : not_a_page();
  }

  bool plain_member(v0::Change& change, const std::string& key, ondemand::value value) {
    std::int64_t number = 0;
    if (key == "position") return read(value.get_int64(), change.position);
    if (key == "sequence") {
      if (!read(value.get_int64(), number)) return false;
      change.sequence = static_cast<int>(number);
      return true;
    }
    if (key == "table") {
      if (!read_text(value, change.table)) return false;
      table_ = catalogue_.find_by_engine_name(change.table);
      return true;
    }
    if (key == "operation") return operation(change.operation, value);
    if (key == "changed") return names(change.changed, value);
    if (key == "actor") return read_text(value, change.actor);
    if (key == "role") return read_text(value, change.role);
    if (key == "request") return read_text(value, change.request_id);
    return true;
  }

  static bool operation(v0::Operation& out, ondemand::value value) {
    std::string_view name;
    if (!read(value.get_string(), name)) return false;
    out = name == "insert" ? v0::Operation::insert
                           : (name == "update" ? v0::Operation::update : v0::Operation::erase);
    return true;
  }

  static bool names(std::vector<std::string>& out, ondemand::value value) {
    ondemand::array array;
    if (!read(value.get_array(), array)) return false;
    for (auto each : array) {
      std::string_view name;
      if (!read(each.get_string(), name)) return false;
      out.emplace_back(name);
    }
    return true;
  }

  static base::Result<void> moment(v0::Timestamp& out, ondemand::value value) {
    std::string_view text;
    if (!read(value.get_string(), text)) return not_a_page();
    HF_TRY(const auto micros, types::parse_timestamp(text, true));
    out = v0::Timestamp(std::chrono::microseconds(micros));
    return {};
  }

  base::Result<void> side(std::optional<v0::Record>& out, ondemand::value value) {
    bool null = false;
    if (!read(value.is_null(), null)) return not_a_page();
    if (null) return {};
    ondemand::object object;
    if (!read(value.get_object(), object)) return not_a_page();
    auto columns = std::make_shared<std::vector<v0::Column>>();
    std::vector<types::Stored> values;
    for (auto field : object) {
      std::string_view key;
      ondemand::value cell;
      std::string json;
      if (!read(field.unescaped_key(), key) || !read(field.value(), cell)) return not_a_page();
      const std::string name(key);
      if (!raw_json(cell, json)) return not_a_page();
      HF_TRY(auto value_of, typed(table_ == nullptr ? nullptr : table_->find_column(name), json));
      columns->push_back(v0::detail::TypeInside::column(name, std::move(value_of.type)));
      values.push_back(std::move(value_of.stored));
    }
    v0::Rows rows;
    v0::detail::RowCollector row(rows, std::move(columns));
    for (const auto& each : values)
      row.add({static_cast<sql::ValueKind>(each.storage), each.integer, each.real, each.bytes});
    row.end_row();
    row.finish(0);
    out.emplace(std::move(rows));
    return {};
  }

  const schema::Catalogue& catalogue_;
  const schema::Table* table_ = nullptr;
};

}  // namespace

base::Result<v0::ChangePage> read_change_page(const schema::Catalogue& catalogue, const std::string& json) {
  ondemand::parser parser;
  const simdjson::padded_string padded(json);
  ondemand::document document;
  ondemand::array changes;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return not_a_page();
  if (!read(document["changes"].get_array(), changes)) return not_a_page();
  v0::ChangePage page;
  PageReader reader(catalogue);
  for (auto each : changes) {
    ondemand::object object;
    if (!read(each.get_object(), object)) return not_a_page();
    HF_TRY(auto change, reader.change(object));
    page.changes.push_back(std::move(change));
  }
  if (!read(document["position"].get_int64(), page.position) || !read(document["more"].get_bool(), page.more))
    return not_a_page();
  return page;
}

}  // namespace holdfast::library
