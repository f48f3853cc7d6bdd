#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "records/read_plan.hpp"
#include "records/statement.hpp"
#include "schema/catalogue.hpp"
#include "schema/query.hpp"

namespace holdfast::records {

/// For whom, and into which statement, the third stage compiles.
struct CompileContext {
  const schema::Catalogue& catalogue;
  std::string_view role;
  Statement& statement;
  /// Null where full-text indexes may not be asked. Set when one is: search::TextSearch::catch_up() must come
  /// before the statement runs.
  bool* uses_text_index = nullptr;
};

/// `alias.column` with its type. Errors: 42703 for what is not there or hidden, 42501 without the privilege.
Result<schema::TypedSql> compile_column(const CompileContext& context, const ReadNode& node,
                                        std::string_view column,
                                        schema::Privilege privilege = schema::Privilege::select);
/// A column with its JSON path.
Result<schema::TypedSql> compile_field(const CompileContext& context, const ReadNode& node,
                                       const Field& field);
/// `value::name`. Errors: 42704 for an unknown type, 42846.
Result<schema::TypedSql> compile_cast(const CompileContext& context, const schema::TypedSql& value,
                                      std::string_view name);
/// `value.sum()`. Errors: 42883.
Result<schema::TypedSql> compile_aggregate(Aggregate aggregate, const schema::TypedSql& value);

/// A type as a literal next to it is read: varchar(3) compares with text of any length.
[[nodiscard]] types::Type literal_type(types::Type type);

/// One filter on `node`'s own columns as a boolean expression.
Result<std::string> compile_filter(const CompileContext& context, const ReadNode& node, const Filter& filter);

/// 42501 as PostgreSQL words it.
[[nodiscard]] Error permission_denied(const schema::Table& table);

}  // namespace holdfast::records
