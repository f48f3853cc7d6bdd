#pragma once

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

/// LANGUAGE sql with a string body, BEGIN ATOMIC or RETURN. Of PL/pgSQL only the usual trigger function that
/// sets one column to now() is recognised; the rest is HF003.
Result<void> create_function(Translation&, const PgQuery__CreateFunctionStmt&);
Result<void> alter_function(Translation&, const PgQuery__AlterFunctionStmt&);
/// BEFORE UPDATE ... FOR EACH ROW EXECUTE FUNCTION of such a function; HF003 for every other trigger.
Result<void> create_trigger(Translation&, const PgQuery__CreateTrigStmt&);

/// The function that a statement names with its argument types, or by name alone where that is enough.
/// 42883, 42725. end() of the map is never returned.
Result<std::multimap<QualifiedName, Function>::iterator> find_function(Translation&,
                                                                       const PgQuery__ObjectWithArgs&);

}  // namespace holdfast::schema::detail
