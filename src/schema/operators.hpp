#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "schema/builtin_signature.hpp"
#include "schema/expression_operand.hpp"

namespace holdfast::schema::detail {

/// `left op right`, resolved by PostgreSQL's rules. 42883 where there is no such operator, 42725 where the
/// types leave a choice.
Result<Operand> binary_operator(std::string_view op, Operand left, Operand right);
/// `op value`: minus, not-bits, absolute value.
Result<Operand> prefix_operator(std::string_view op, Operand value);

/// The rows of operators_table.cpp; a row's name is the operator.
[[nodiscard]] std::span<const BuiltinRow> operator_rows();

}  // namespace holdfast::schema::detail
