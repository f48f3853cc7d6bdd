#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "holdfast/values.hpp"

HOLDFAST_NAMESPACE_BEGIN

namespace detail {
class RowCollector;
struct TypeInside;

/// A value as the engine keeps it. Text and blob point into memory that the row's owner keeps.
struct Cell {
  enum class Storage : std::uint8_t { null, integer, real, text, blob };
  Storage storage = Storage::null;
  union {
    std::int64_t integer = 0;
    double real;
    std::size_t offset;  // while rows are being collected
    const char* bytes;
  };
  std::size_t size = 0;

  [[nodiscard]] std::string_view view() const { return {bytes, size}; }
};
}  // namespace detail

/// One column of an answer.
class Column {
 public:
  /// How values of the column are read; `other` and arrays have a text form, as every type has.
  enum class Kind : std::uint8_t {
    boolean,
    integer,
    real,
    numeric,
    text,
    uuid,
    timestamp,
    date,
    time,
    json,
    bytes,
    other
  };

  [[nodiscard]] const std::string& name() const { return name_; }
  /// As PostgreSQL's format_type prints it: `timestamp with time zone`, `text[]`.
  [[nodiscard]] const std::string& type() const { return type_; }
  /// Of the elements, where it is an array.
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_array() const { return is_array_; }
  /// The stored bytes are the text form.
  [[nodiscard]] bool is_plain_text() const { return is_plain_text_; }

 private:
  friend struct detail::TypeInside;
  std::string name_;
  std::string type_;
  Kind kind_ = Kind::other;
  bool is_array_ = false;
  bool is_plain_text_ = false;
  std::shared_ptr<const detail::TypeInside> inside_;  // shared by copies of the column
};

/// How a struct is read from rows: specialise it with one member a column.
///
///     template <>
///     struct holdfast::Mapping<App> {
///       static constexpr auto columns =
///           std::tuple{holdfast::column("id", &App::id), holdfast::column("name", &App::name)};
///     };
template <class T>
struct Mapping;

template <class T, class Member>
struct MappedColumn {
  std::string_view name;
  Member T::*member;
};
template <class T, class Member>
[[nodiscard]] constexpr MappedColumn<T, Member> column(std::string_view name, Member T::*member) {
  return {name, member};
}

namespace detail {

struct Elements;

// What is not worth a place in every program that includes this.
[[nodiscard]] HOLDFAST_API Error cannot_read(const Column& column, const Cell& cell, std::string_view wanted);
[[nodiscard]] HOLDFAST_API Error no_such_column(std::size_t index, std::size_t count);
[[nodiscard]] HOLDFAST_API Error no_such_column(std::string_view name);
[[nodiscard]] HOLDFAST_API Error wrong_row_count(std::size_t count);
[[nodiscard]] HOLDFAST_API std::string text_of(const Column& column, const Cell& cell);
[[nodiscard]] HOLDFAST_API std::string json_of(const Column& column, const Cell& cell);
[[nodiscard]] HOLDFAST_API bool read_uuid(const Cell& cell, Uuid& out);
/// The elements of an array's outer dimension; 42804 for a column that is none.
[[nodiscard]] HOLDFAST_API Result<Elements> elements_of(const Column& column, const Cell& cell);

/// False where the cell is no `T`.
template <class T>
struct Read;

template <>
struct Read<bool> {
  static constexpr std::string_view kName = "bool";
  static bool from(const Column& column, const Cell& cell, bool& out) {
    if (column.kind() != Column::Kind::boolean || column.is_array() || cell.storage != Cell::Storage::integer)
      return false;
    out = cell.integer != 0;
    return true;
  }
};

template <std::integral T>
  requires(!std::same_as<T, bool>)
struct Read<T> {
  static constexpr std::string_view kName = "an integer of this size";
  static bool from(const Column& column, const Cell& cell, T& out) {
    if (column.kind() != Column::Kind::integer || cell.storage != Cell::Storage::integer) return false;
    if (!std::in_range<T>(cell.integer)) return false;
    out = static_cast<T>(cell.integer);
    return true;
  }
};

template <std::floating_point T>
struct Read<T> {
  static constexpr std::string_view kName = "a floating-point number";
  static bool from(const Column& column, const Cell& cell, T& out) {
    if (column.is_array()) return false;
    if (cell.storage == Cell::Storage::real) {
      out = static_cast<T>(cell.real);
      return true;
    }
    if (cell.storage != Cell::Storage::integer) return false;
    if (column.kind() != Column::Kind::integer && column.kind() != Column::Kind::real) return false;
    out = static_cast<T>(cell.integer);
    return true;
  }
};

template <>
struct Read<std::string> {
  static constexpr std::string_view kName = "std::string";
  static bool from(const Column& column, const Cell& cell, std::string& out) {
    if (column.is_plain_text() && cell.storage == Cell::Storage::text)
      out.assign(cell.bytes, cell.size);
    else
      out = text_of(column, cell);
    return true;
  }
};

/// Into the rows, which must live as long. Of texts only; std::string takes any type.
template <>
struct Read<std::string_view> {
  static constexpr std::string_view kName = "std::string_view";
  static bool from(const Column& column, const Cell& cell, std::string_view& out) {
    if (!column.is_plain_text() || cell.storage != Cell::Storage::text) return false;
    out = cell.view();
    return true;
  }
};

template <>
struct Read<Decimal> {
  static constexpr std::string_view kName = "holdfast::Decimal";
  static bool from(const Column& column, const Cell& cell, Decimal& out) {
    const bool fits = column.kind() == Column::Kind::numeric || column.kind() == Column::Kind::integer;
    if (!fits || column.is_array()) return false;
    out.text = text_of(column, cell);
    return true;
  }
};

/// Of any type, as to_json writes it.
template <>
struct Read<Json> {
  static constexpr std::string_view kName = "holdfast::Json";
  static bool from(const Column& column, const Cell& cell, Json& out) {
    out.text = json_of(column, cell);
    return true;
  }
};

template <>
struct Read<Uuid> {
  static constexpr std::string_view kName = "holdfast::Uuid";
  static bool from(const Column& column, const Cell& cell, Uuid& out) {
    return column.kind() == Column::Kind::uuid && read_uuid(cell, out);
  }
};

template <>
struct Read<Timestamp> {
  static constexpr std::string_view kName = "holdfast::Timestamp";
  static bool from(const Column& column, const Cell& cell, Timestamp& out) {
    if (column.kind() != Column::Kind::timestamp || cell.storage != Cell::Storage::integer) return false;
    out = Timestamp(std::chrono::microseconds(cell.integer));
    return true;
  }
};

template <>
struct Read<Date> {
  static constexpr std::string_view kName = "holdfast::Date";
  static bool from(const Column& column, const Cell& cell, Date& out) {
    if (column.kind() != Column::Kind::date || cell.storage != Cell::Storage::integer) return false;
    if (!std::in_range<std::int32_t>(cell.integer)) return false;
    out = Date(std::chrono::days(static_cast<std::int32_t>(cell.integer)));
    return true;
  }
};

/// time: since midnight.
template <>
struct Read<std::chrono::microseconds> {
  static constexpr std::string_view kName = "std::chrono::microseconds";
  static bool from(const Column& column, const Cell& cell, std::chrono::microseconds& out) {
    if (column.kind() != Column::Kind::time || cell.storage != Cell::Storage::integer) return false;
    out = std::chrono::microseconds(cell.integer);
    return true;
  }
};

template <>
struct Read<Bytes> {
  static constexpr std::string_view kName = "holdfast::Bytes";
  static bool from(const Column& column, const Cell& cell, Bytes& out) {
    if (column.kind() != Column::Kind::bytes || cell.storage != Cell::Storage::blob) return false;
    const auto* begin = reinterpret_cast<const std::byte*>(cell.bytes);
    out.assign(begin, begin + cell.size);
    return true;
  }
};

/// False with the reason in `error`.
template <class T>
[[nodiscard]] bool read_cell(const Column& column, const Cell& cell, T& out, std::optional<Error>& error) {
  if (cell.storage != Cell::Storage::null && Read<T>::from(column, cell, out)) return true;
  error = cannot_read(column, cell, Read<T>::kName);
  return false;
}

template <class T>
[[nodiscard]] bool read_cell(const Column& column, const Cell& cell, std::optional<T>& out,
                             std::optional<Error>& error) {
  out.reset();
  return cell.storage == Cell::Storage::null || read_cell(column, cell, out.emplace(), error);
}

struct Elements {
  Column column;
  std::vector<Cell> cells;
  std::vector<std::string> texts;
};

template <class T>
  requires(!std::same_as<T, std::byte>)
[[nodiscard]] bool read_cell(const Column& column, const Cell& cell, std::vector<T>& out,
                             std::optional<Error>& error) {
  out.clear();
  auto elements = elements_of(column, cell);
  if (!elements.ok()) {
    error = std::move(elements).error();
    return false;
  }
  out.reserve(elements->cells.size());
  for (const auto& each : elements->cells) {
    T value{};
    if (!read_cell(elements->column, each, value, error)) return false;
    out.push_back(std::move(value));
  }
  return true;
}

template <class T>
concept Mapped = requires { Mapping<T>::columns; };
template <class T>
struct IsTuple : std::false_type {};
template <class... Ts>
struct IsTuple<std::tuple<Ts...>> : std::true_type {};

}  // namespace detail

HOLDFAST_NAMESPACE_END
