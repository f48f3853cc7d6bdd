#pragma once

#include "schema/query_modify_target.hpp"

namespace holdfast::schema::detail {

/// ` ON CONFLICT ...`, or empty. The scope's first source is the target.
Result<std::string> translate_conflict(Context& context, const ChangeTarget& target,
                                       const PgQuery__OnConflictClause* clause);

}  // namespace holdfast::schema::detail
