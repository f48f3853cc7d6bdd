#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/detail/tree.hpp"
#include "schema/expression_operand.hpp"
#include "schema/query_context.hpp"

namespace holdfast::schema::detail {

/// A PostgreSQL expression as typed SQLite SQL. Errors carry their place.
Result<Operand> translate(const Context& context, const Node* node);

/// A condition: what is no boolean is 42804.
Result<Operand> translate_condition(const Context& context, const Node* node, std::string_view clause);
/// An expression as a value of `target`.
Result<Operand> translate_as(const Context& context, const Node* node, const types::Type& target);
Result<std::vector<Operand>> translate_all(const Context& context, std::span<Node* const> list);

/// The kinds of nodes, one function each; expression.cpp holds the table that sends nodes to them.
Result<Operand> translate_operator(const Context& context, const Node* node);    // expression_operators.cpp
Result<Operand> translate_array(const Context& context, const Node* node);       // expression_arrays.cpp
Result<Operand> translate_subscripts(const Context& context, const Node* node);  // expression_arrays.cpp
Result<Operand> translate_case(const Context& context, const Node* node);        // expression_conditions.cpp
Result<Operand> translate_coalesce(const Context& context, const Node* node);    // expression_conditions.cpp
Result<Operand> translate_extreme(const Context& context, const Node* node);     // expression_conditions.cpp
Result<Operand> translate_bool(const Context& context, const Node* node);        // expression_conditions.cpp
Result<Operand> translate_null_test(const Context& context, const Node* node);   // expression_conditions.cpp
Result<Operand> translate_bool_test(const Context& context, const Node* node);   // expression_conditions.cpp
Result<Operand> translate_sub_link(const Context& context, const Node* node);    // expression_subqueries.cpp
Result<Operand> translate_call(const Context& context, const Node* node);        // calls.cpp

/// `left op ANY/ALL (array)`.
Result<Operand> compare_with_array(const Context& context, std::string_view op, Operand left, Operand array,
                                   bool all, int location);
/// `x op ANY/ALL` over rows that `from` gives, each as `value`: three-valued, as PostgreSQL has it.
[[nodiscard]] std::string quantified(std::string_view comparison, std::string_view from, bool all);

/// The name of an operator of an A_Expr or SubLink.
[[nodiscard]] std::string operator_name(std::span<Node* const> names);

/// `left @@ right`, `left @> right`, `left && right` through a text index where a source has one for `left`.
Result<Operand> search_operator(const Context& context, std::string_view op, Operand left, Operand right);

}  // namespace holdfast::schema::detail
