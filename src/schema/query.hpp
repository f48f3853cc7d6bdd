#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::schema {

/// A typed SQLite expression.
struct TypedSql {
  std::string sql;
  types::Type type;
};

/// A query of PostgreSQL's language, translated for SQLite with the access rules of `role` compiled in.
struct CompiledQuery {
  struct Output {
    std::string name;
    types::Type type;
    /// The relation's column that it is as it stands, through sub-selects and WITH too.
    std::optional<Column::Origin> origin{};
  };
  std::string sql;
  std::vector<Output> outputs;          ///< empty for statements without rows
  std::vector<types::Type> parameters;  ///< `$1`, `$2`, ...: in stored form (types/codec.hpp)
  bool writes = false;
};

/// SELECT, VALUES, WITH, INSERT, UPDATE or DELETE. Row security is inside the text: hidden rows are neither
/// seen nor touched, and a new row that a policy refuses raises 42501 as the statement runs. An UPDATE may
/// return one column more than `outputs`, or rows without outputs: they carry that check. Step to the end.
/// Errors: 42601 with line and column in `details`, 42P01, 42703, 42883, 42804, 42501, 54001, HF003 for what
/// has no faithful translation.
Result<CompiledQuery> compile_query(const Catalogue&, std::string_view role, std::string_view postgres_sql);

/// A call of a LANGUAGE sql function with named arguments, each given as a parameter: `$1` is the first name
/// of `argument_names`, and so on; others take their defaults. One CompiledQuery a statement of the body,
/// the last gives the result. Runs with `role`'s rights, or the owner's where SECURITY DEFINER.
Result<std::vector<CompiledQuery>> compile_call(const Catalogue&, std::string_view role, const Function&,
                                                const std::vector<std::string>& argument_names);

/// A scalar or boolean expression over one table's columns, for defaults, checks, indexes and policies.
/// Columns are written `alias.column`, or bare when alias is empty.
Result<TypedSql> compile_expression(const Catalogue&, std::string_view role, const Table&,
                                    std::string_view alias, std::string_view postgres_expression);

/// SQL that casts, as PostgreSQL does, between stored forms. 42846 where there is no such cast.
Result<std::string> cast_sql(const TypedSql& value, const types::Type& target);

/// `left op right` with both typed, as PostgreSQL resolves operators (`=`, `<`, `~~*`, `@>`, `||`, `->>`...).
/// 42883 where there is none.
Result<TypedSql> operator_sql(std::string_view op, const TypedSql& left, const TypedSql& right);

/// An identifier or literal, quoted for SQLite.
[[nodiscard]] std::string quote_identifier(std::string_view name);
[[nodiscard]] std::string quote_literal(std::string_view text);

}  // namespace holdfast::schema
