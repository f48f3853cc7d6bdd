#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/expression_operand.hpp"

namespace holdfast::schema::detail {

/// One row of the tables of built-in operators and functions, as the tables spell it:
///
///   {"substr(text, int4) -> text", "pg_substr({0}, {1})"}
///
/// Types go by PostgreSQL's short names; `anyelement`, `anyarray`, `anyenum` and `any` take what PostgreSQL's
/// pseudo-types take; `...` behind the last parameter repeats it. In the SQL, `{0}` is an argument, `{*}` all
/// of them, `{rest}` all but the first, `{texts}` and `{text0}` their printed forms, `{type0}` the name of an
/// argument's type as a literal, `{element0}` that of its elements, `{types}` a JSON array of all types,
/// `{result}` the result's type and `{collate0}` the COLLATE clause that comparing the argument needs.
struct BuiltinRow {
  std::string_view signature;
  std::string_view sql;
};

struct Slot {
  enum class Match : std::uint8_t { exact, element, array, enumeration, any };
  Match match = Match::exact;
  types::Type type{};
};

struct Builtin {
  std::string name;
  std::vector<Slot> parameters;
  bool variadic = false;
  Slot result;
  std::string_view sql;

  [[nodiscard]] const Slot& parameter(std::size_t index) const {
    return index < parameters.size() ? parameters[index] : parameters.back();
  }
};

/// XX000 for a row that does not parse: a defect that a unit test finds.
Result<Builtin> parse_row(const BuiltinRow& row);
/// Rows that do not parse are left out.
[[nodiscard]] std::vector<Builtin> parse_rows(std::span<const BuiltinRow> rows);

/// What of `candidates` (all of one name) PostgreSQL would call with these arguments: exact match, then
/// fewest casts, preferred types and the categories of untyped literals. Null when none fits, or several do.
struct Choice {
  const Builtin* builtin = nullptr;
  bool ambiguous = false;
};
[[nodiscard]] Choice choose(const std::vector<const Builtin*>& candidates,
                            const std::vector<Operand>& arguments);

/// Casts the arguments to what the built-in takes and writes the call.
Result<Operand> apply(const Builtin& builtin, std::vector<Operand> arguments);

}  // namespace holdfast::schema::detail
