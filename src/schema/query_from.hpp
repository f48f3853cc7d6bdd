#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/calls.hpp"
#include "schema/detail/tree.hpp"
#include "schema/query_context.hpp"

namespace holdfast::schema::detail {

/// A FROM clause, translated. Sources are added to the context's scope; conditions of row security on tables
/// that no outer join can null go to WHERE, so that SQLite plans the tables as they are.
struct From {
  std::string sql;
  std::vector<std::string> conditions;
};
Result<From> translate_from(const Context& context, std::span<Node* const> items);

struct FromSource {
  std::string sql;
  Source source;
};
/// A set-returning built-in: json_each() over an array.
Result<FromSource> set_source(const Context& context, const PgQuery__FuncCall& call, std::string_view name,
                              bool ordinality);

}  // namespace holdfast::schema::detail
