#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "schema/builtin_signature.hpp"

namespace holdfast::schema::detail {

/// How a built-in function may stand in a query.
enum class FunctionClass : std::uint8_t { scalar, aggregate, window, set };

/// Overloads of a function by the name that PostgreSQL knows it by: `lower`, `auth.uid`. `pg_catalog.` must
/// have been taken off. Empty when there is none.
struct FunctionOverloads {
  FunctionClass kind = FunctionClass::scalar;
  std::vector<const Builtin*> overloads{};
};
[[nodiscard]] FunctionOverloads find_builtin_function(std::string_view name);

/// The tables, one a file.
[[nodiscard]] std::span<const BuiltinRow> text_function_rows();
[[nodiscard]] std::span<const BuiltinRow> number_function_rows();
[[nodiscard]] std::span<const BuiltinRow> time_function_rows();
[[nodiscard]] std::span<const BuiltinRow> json_function_rows();
[[nodiscard]] std::span<const BuiltinRow> array_function_rows();
[[nodiscard]] std::span<const BuiltinRow> session_function_rows();
[[nodiscard]] std::span<const BuiltinRow> search_function_rows();
[[nodiscard]] std::span<const BuiltinRow> aggregate_rows();
[[nodiscard]] std::span<const BuiltinRow> window_function_rows();
/// In FROM: the SQL is the argument of json_each().
[[nodiscard]] std::span<const BuiltinRow> set_function_rows();

}  // namespace holdfast::schema::detail
