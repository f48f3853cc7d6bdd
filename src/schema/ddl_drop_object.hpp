#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

[[nodiscard]] inline bool is_cascade(const PgQuery__DropStmt& statement) {
  return statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
}

/// One object that is neither table nor view.
Result<void> drop_object(Translation&, const PgQuery__DropStmt&, const Node* object);

}  // namespace holdfast::schema::detail
