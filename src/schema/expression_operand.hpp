#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "types/type.hpp"

namespace holdfast::schema::detail {

/// What a sub-expression has become: SQLite SQL with the type that PostgreSQL would give it.
struct Operand {
  struct Field;

  std::string sql{};
  types::Type type{};
  /// An untyped literal (`'abc'`): its text; the type is settled by what stands beside it.
  std::optional<std::string> literal{};
  /// A number as written: it can be turned into another number type when the statement is compiled.
  std::optional<std::string> number{};
  /// The constant NULL, typed or not.
  bool is_null = false;
  /// A column that cannot be null here, so that ORDER BY needs no word on nulls.
  bool not_null = false;
  /// An untyped `$n`: where its type is to be written when it is known. Lives in the statement.
  types::Type* open_parameter = nullptr;
  /// A whole row: its columns. `sql` is then its JSON object.
  std::shared_ptr<const std::vector<Field>> fields{};
  /// Byte offset in the source, for messages.
  int location = -1;

  [[nodiscard]] bool untyped() const { return type.kind == types::Kind::unknown && !type.array; }
};

struct Operand::Field {
  std::string name;
  Operand value;
};

[[nodiscard]] inline Operand computed(std::string sql, types::Type type) {
  Operand operand;
  operand.sql = std::move(sql);
  operand.type = std::move(type);
  return operand;
}
[[nodiscard]] inline types::Type type_of(types::Kind kind) {
  types::Type type;
  type.kind = kind;
  return type;
}

/// SQL that came from outside: of unknown type, a quoted text is an untyped literal and NULL is NULL.
[[nodiscard]] Operand operand_of(std::string_view sql, const types::Type& type);

/// In parentheses, unless it is one word, one literal or one call.
[[nodiscard]] std::string enclosed(std::string_view sql);

/// ` COLLATE "name"` where the type is not ordered by SQLite's own order, else empty.
[[nodiscard]] std::string collate_clause(const types::Type& type);
/// Ordered by SQLite as it is stored, without a collation.
[[nodiscard]] bool orders_natively(const types::Type& type);
/// A type of which PostgreSQL has a btree order; json, xml and records have none.
[[nodiscard]] bool is_comparable(const types::Type& type);

/// `'timestamp with time zone'`: how registered functions are told a type.
[[nodiscard]] std::string type_literal(const types::Type& type);

[[nodiscard]] bool is_integer(const types::Type& type);
[[nodiscard]] bool is_float(const types::Type& type);
[[nodiscard]] bool is_number(const types::Type& type);
/// text, varchar, bpchar, name: stored alike and implicitly cast to text.
[[nodiscard]] bool is_string(const types::Type& type);

}  // namespace holdfast::schema::detail
