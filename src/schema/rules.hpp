#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/blueprint.hpp"
#include "schema/catalogue.hpp"
#include "schema/ddl_emit.hpp"

namespace holdfast::schema::detail {

/// While migrations are still to come a rule may name what they will make.
enum class RuleScope : std::uint8_t { complete, so_far };

/// apply_rules(), or, so far, those rules whose table and columns exist.
Result<void> apply_rules_within(const Blueprint& blueprint, Catalogue& catalogue, RuleScope scope);

/// The triggers that hold a table's rows to its state machine. The system role is exempt; cascades from a
/// parent that is gone pass.
[[nodiscard]] std::vector<SchemaObject> rule_triggers(const Table& table);

/// What rule triggers' names begin with.
inline constexpr char kRuleTriggerPrefix[] = "hf_rule:";

}  // namespace holdfast::schema::detail
