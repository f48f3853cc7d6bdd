#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
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

/// One row of an answer: a view, as long as its Rows live. Reading one as a type that it is not is an error:
/// 42804 for the type, 22002 for a null where no std::optional stands, 22003 beyond the range, 42703 for a
/// column that is not there.
class Row {
 public:
  [[nodiscard]] std::size_t size() const { return columns_.size(); }
  [[nodiscard]] std::span<const Column> columns() const { return columns_; }
  /// False too where there is no such column.
  [[nodiscard]] bool is_null(std::size_t index) const {
    return index < size() && cells_[index].storage == detail::Cell::Storage::null;
  }

  /// bool, integers, float, double, std::string (the text form of any type), std::string_view, Decimal, Json
  /// (any type), Uuid, Timestamp, Date, std::chrono::microseconds (time), Bytes, std::vector of these for
  /// arrays, std::optional of these for what may be null.
  template <class T>
  [[nodiscard]] Result<T> get(std::size_t index) const {
    return filled<T>([&](T& value, std::optional<Error>& error) { return read_at(index, value, error); });
  }
  template <class T>
  [[nodiscard]] Result<T> get(std::string_view name) const {
    return filled<T>(
        [&](T& value, std::optional<Error>& error) { return read_named(0, name, value, error); });
  }

  /// A std::tuple by position, a struct by its Mapping, or the one column of the row.
  template <class T>
  [[nodiscard]] Result<T> as() const {
    return filled<T>([&](T& value, std::optional<Error>& error) { return read_into(value, error); });
  }

 private:
  friend class Rows;
  friend class detail::RowCollector;
  Row(const detail::Cell* cells, std::span<const Column> columns) : cells_(cells), columns_(columns) {}

  template <class T, class Fill>
  [[nodiscard]] static Result<T> filled(Fill&& fill) {
    Result<T> result{T()};
    std::optional<Error> error;
    if (!fill(*result, error)) result = *std::move(error);
    return result;
  }
  template <class T>
  bool read_at(std::size_t index, T& out, std::optional<Error>& error) const {
    if (index < size()) return detail::read_cell(columns_[index], cells_[index], out, error);
    error = detail::no_such_column(index, size());
    return false;
  }
  /// Looks at `guess` first: mappings mostly name the columns in their order.
  template <class T>
  bool read_named(std::size_t guess, std::string_view name, T& out, std::optional<Error>& error) const {
    auto index = guess;
    if (index >= size() || columns_[index].name() != name)
      for (index = 0; index < size() && columns_[index].name() != name;) ++index;
    if (index < size()) return detail::read_cell(columns_[index], cells_[index], out, error);
    error = detail::no_such_column(name);
    return false;
  }
  template <class T>
  bool read_into(T& out, std::optional<Error>& error) const {
    std::size_t index = 0;
    if constexpr (detail::Mapped<T>) {
      const auto read_each = [&](const auto&... each) {
        return (read_named(index++, each.name, out.*(each.member), error) && ...);
      };
      return std::apply(read_each, Mapping<T>::columns);
    } else if constexpr (detail::IsTuple<T>::value) {
      return std::apply([&](auto&... each) { return (read_at(index++, each, error) && ...); }, out);
    } else {
      return read_at(0, out, error);
    }
  }

  const detail::Cell* cells_;
  std::span<const Column> columns_;
};

/// The rows of an answer, whole, with their own memory. A value; one thread at a time.
class Rows {
 public:
  Rows() = default;

  [[nodiscard]] std::size_t size() const { return row_count_; }
  [[nodiscard]] bool empty() const { return row_count_ == 0; }
  [[nodiscard]] std::span<const Column> columns() const {
    return columns_ ? std::span<const Column>(*columns_) : std::span<const Column>();
  }
  /// Rows that an INSERT, UPDATE or DELETE changed; 0 for a SELECT.
  [[nodiscard]] std::int64_t affected() const { return affected_; }
  /// `index` is below size().
  [[nodiscard]] Row operator[](std::size_t index) const {
    return {cells_.data() + index * columns().size(), columns()};
  }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = Row;
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    void operator++(int) { ++index_; }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    friend class Rows;
    Iterator(const Rows* rows, std::size_t index) : rows_(rows), index_(index) {}
    const Rows* rows_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, row_count_}; }

  /// Every row, read as Row::as() does; the first that cannot be is the error.
  template <class T>
  [[nodiscard]] Result<std::vector<T>> as() const {
    std::vector<T> values;
    values.reserve(size());
    for (const auto row : *this) {
      HOLDFAST_TRY(auto value, row.as<T>());
      values.push_back(std::move(value));
    }
    return values;
  }
  /// The one row: P0002 where there is none, P0003 where there are several.
  template <class T>
  [[nodiscard]] Result<T> one() const {
    if (size() != 1) return detail::wrong_row_count(size());
    return (*this)[0].as<T>();
  }
  /// The first row, if there is any.
  template <class T>
  [[nodiscard]] Result<std::optional<T>> first() const {
    if (empty()) return std::optional<T>();
    HOLDFAST_TRY(auto value, (*this)[0].as<T>());
    return std::optional<T>(std::move(value));
  }

 private:
  friend class detail::RowCollector;
  std::shared_ptr<const std::vector<Column>> columns_;  // shared with the plan that made them
  std::vector<detail::Cell> cells_;
  std::vector<char> bytes_;
  std::size_t row_count_ = 0;
  std::int64_t affected_ = 0;
};

HOLDFAST_NAMESPACE_END
