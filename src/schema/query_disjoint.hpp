#pragma once

#include <optional>
#include <vector>

#include "schema/query_select.hpp"

namespace holdfast::schema::detail {

/// `SELECT * FROM t WHERE a UNION SELECT * FROM t WHERE b` as `... WHERE a UNION ALL ... WHERE b AND a IS NOT
/// TRUE`, where the rows carry t's primary key and so none comes twice: the same rows without the sort of all
/// of them, for which a LIMIT would have to wait. `leaves` are the SELECTs of a UNION, `translated` the same
/// as they stand. Nothing where they are not of this form.
Result<std::optional<Rows>> translate_disjoint(const Context& context,
                                               const std::vector<const PgQuery__SelectStmt*>& leaves,
                                               const std::vector<Rows>& translated, const RowsWanted& wanted);

}  // namespace holdfast::schema::detail
