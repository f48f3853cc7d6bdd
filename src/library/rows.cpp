#include "base/result.hpp"
#include "library/outward.hpp"
#include "library/type_inside.hpp"
#include "types/array.hpp"
#include "types/cast.hpp"
#include "types/scalar.hpp"

namespace holdfast::v0::detail {
namespace {

using TypeKind = types::Kind;

Column::Kind kind_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
      return Column::Kind::boolean;
    case TypeKind::int2:
    case TypeKind::int4:
    case TypeKind::int8:
    case TypeKind::oid:
      return Column::Kind::integer;
    case TypeKind::float4:
    case TypeKind::float8:
      return Column::Kind::real;
    case TypeKind::numeric:
      return Column::Kind::numeric;
    case TypeKind::unknown:
    case TypeKind::text:
    case TypeKind::varchar:
    case TypeKind::bpchar:
    case TypeKind::name:
    case TypeKind::enumeration:
      return Column::Kind::text;
    case TypeKind::uuid:
      return Column::Kind::uuid;
    case TypeKind::date:
      return Column::Kind::date;
    case TypeKind::time:
      return Column::Kind::time;
    case TypeKind::timestamp:
    case TypeKind::timestamptz:
      return Column::Kind::timestamp;
    case TypeKind::json:
    case TypeKind::jsonb:
      return Column::Kind::json;
    case TypeKind::bytea:
      return Column::Kind::bytes;
    default:
      return Column::Kind::other;
  }
}

/// types/type.hpp: how each type is stored.
bool is_stored_as_printed(const types::Type& type) {
  if (type.array) return false;
  switch (kind_of(type.kind)) {
    case Column::Kind::text:
    case Column::Kind::uuid:
    case Column::Kind::numeric:
      return true;
    default:
      return type.kind == TypeKind::json || type.kind == TypeKind::interval || type.kind == TypeKind::inet;
  }
}

Cell cell_of(const types::Stored& value, std::vector<std::string>& texts) {
  Cell cell;
  cell.storage = static_cast<Cell::Storage>(value.storage);
  if (cell.storage == Cell::Storage::integer) {
    cell.integer = value.integer;
  } else if (cell.storage == Cell::Storage::real) {
    cell.real = value.real;
  } else if (cell.storage != Cell::Storage::null) {
    texts.push_back(value.bytes);
    cell.bytes = texts.back().data();
    cell.size = texts.back().size();
  }
  return cell;
}
static_assert(static_cast<int>(Cell::Storage::blob) == static_cast<int>(types::Stored::Storage::blob) &&
              static_cast<int>(Cell::Storage::text) == static_cast<int>(types::Stored::Storage::text));

base::Result<Elements> split(const types::Type& type, const Cell& cell) {
  HF_TRY(auto parts, types::array_elements(cell.view()));
  Elements elements;
  const bool nested = !parts.empty() && !parts.front().nested.empty();
  elements.column = TypeInside::column({}, nested ? type : type.element());
  elements.texts.reserve(parts.size());  // cells point at them
  for (auto& part : parts) {
    if (!part.nested.empty()) {
      part.value = {.storage = types::Stored::Storage::text, .bytes = std::string(part.nested)};
    } else if (type.kind == TypeKind::bytea && part.value.storage == types::Stored::Storage::text) {
      HF_TRY(auto bytes, types::parse_bytea(part.value.bytes));
      part.value = {.storage = types::Stored::Storage::blob, .bytes = std::move(bytes)};
    }
    elements.cells.push_back(cell_of(part.value, elements.texts));
  }
  return elements;
}

}  // namespace

Column TypeInside::column(std::string name, types::Type type) {
  Column made;
  made.name_ = std::move(name);
  made.type_ = types::format_type(type);
  made.kind_ = kind_of(type.kind);
  made.is_array_ = type.array;
  made.is_plain_text_ = is_stored_as_printed(type);
  if (type.kind == TypeKind::unknown) type.kind = TypeKind::text;
  made.inside_ = std::make_shared<const TypeInside>(TypeInside{std::move(type)});
  return made;
}

types::StoredView stored_view(const Cell& cell) {
  types::StoredView view{.storage = static_cast<types::Stored::Storage>(cell.storage)};
  if (cell.storage == Cell::Storage::integer)
    view.integer = cell.integer;
  else if (cell.storage == Cell::Storage::real)
    view.real = cell.real;
  else if (cell.storage != Cell::Storage::null)
    view.bytes = cell.view();
  return view;
}

Error cannot_read(const Column& column, const Cell& cell, std::string_view wanted) {
  const auto where = "the column \"" + column.name() + "\" of type " + column.type();
  if (cell.storage == Cell::Storage::null)
    return {.code = "22002",
            .message = where + " is null, and the program reads it as " + std::string(wanted),
            .hint = "Read it as std::optional."};
  if (column.kind() == Column::Kind::integer && !column.is_array() && wanted == Read<int>::kName)
    return {.code = "22003",
            .message = where + " holds " + text_of(column, cell) +
                       ", which is out of the range of the program's type",
            .hint = "Read it as std::int64_t."};
  return {.code = "42804",
          .message = where + " cannot be read as " + std::string(wanted),
          .hint = "std::string reads the text form of any type; or cast in the statement."};
}

Error no_such_column(std::size_t index, std::size_t count) {
  return {.code = "42703",
          .message = "the answer has no column " + std::to_string(index),
          .details = "It has " + std::to_string(count) + " columns; the first is 0."};
}

Error no_such_column(std::string_view name) {
  return {.code = "42703", .message = "the answer has no column \"" + std::string(name) + '"'};
}

Error wrong_row_count(std::size_t count) {
  if (count == 0) return {.code = "P0002", .message = "one row is wanted, and there is none"};
  return {.code = "P0003", .message = "one row is wanted, and there are " + std::to_string(count)};
}

std::string text_of(const Column& column, const Cell& cell) {
  std::string text;
  types::append_text(text, TypeInside::of(column), stored_view(cell));
  return text;
}

std::string json_of(const Column& column, const Cell& cell) {
  std::string json;
  types::append_json(json, TypeInside::of(column), stored_view(cell));
  return json;
}

bool read_uuid(const Cell& cell, Uuid& out) {
  if (cell.storage != Cell::Storage::text) return false;
  auto parsed = Uuid::parse(cell.view());
  if (!parsed.ok()) return false;
  out = *parsed;
  return true;
}

Result<Elements> elements_of(const Column& column, const Cell& cell) {
  if (cell.storage == Cell::Storage::null || !column.is_array())
    return cannot_read(column, cell, "std::vector");
  return library::outward(library::guarded([&] { return split(TypeInside::of(column), cell); }));
}

}  // namespace holdfast::v0::detail
