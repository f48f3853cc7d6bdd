#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "schema/detail/tree.hpp"

namespace holdfast::schema::detail {

/// What a stored text (a view's query, a policy's expression) speaks of. Names as written, `public` where
/// they carry no schema.
struct References {
  std::set<QualifiedName> relations;
  std::set<QualifiedName> functions;
  std::set<QualifiedName> types;
  std::set<std::string> columns;  ///< last part of every column reference
};
References references_in(const Node* tree);
/// Of a statement, or of an expression.
References references_in_query(std::string_view query);
References references_in_expression(std::string_view expression);

/// The text with a column renamed, wherever it stands bare or qualified with the table's name.
Result<std::string> rename_column_in_expression(std::string_view expression, std::string_view table,
                                                std::string_view from, std::string_view to);
/// The text with a relation renamed; an alias of its old name keeps every reference to it right.
Result<std::string> rename_relation_in_query(std::string_view query, const QualifiedName& from,
                                             const QualifiedName& to);
Result<std::string> rename_relation_in_expression(std::string_view expression, const QualifiedName& from,
                                                  const QualifiedName& to);

}  // namespace holdfast::schema::detail
