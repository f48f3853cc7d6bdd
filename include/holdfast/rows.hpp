#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "holdfast/columns.hpp"

HOLDFAST_NAMESPACE_BEGIN

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
