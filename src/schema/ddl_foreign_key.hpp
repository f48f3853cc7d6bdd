#pragma once

#include "schema/ddl_constraint.hpp"

namespace holdfast::schema::detail {

/// Errors: 42P01, 42809, 42830 (no unique key on the target's columns), 42804 (types do not fit), HF003 for
/// MATCH FULL and for SET NULL with a column list.
Result<void> add_foreign_key(Translation&, Table&, const PendingConstraint&);

/// 42804 when a column cannot be compared with the one it points at.
Result<void> check_key_types(const Translation&, const Table&, const Table& target, const ForeignKey&,
                             int location);

/// Whether some key or plain unique index has exactly these columns, in any order.
[[nodiscard]] bool has_unique_key(const Table&, const std::vector<std::string>& columns);

}  // namespace holdfast::schema::detail
