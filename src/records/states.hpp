#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/connection.hpp"

namespace holdfast::records {

/// The state of each row, by rowid; empty where the table has no state machine.
using RowStates = std::map<std::int64_t, std::string>;

/// Reads the states of the rows whose rowids are in the JSON array `keys`.
Result<RowStates> read_states(sql::Connection& connection, const schema::Table& table,
                              const std::string& keys);

/// New rows begin in an initial state. Errors: 23514.
Result<void> check_initial_states(const schema::Table& table, const RowStates& states);

/// Every change of state is a transition that the blueprint allows `role`, and rows in an immutable state do
/// not change otherwise (`only_state`: nothing but the state's column was written). Errors: 23514.
Result<void> check_transitions(const schema::Table& table, std::string_view role, const RowStates& before,
                               const RowStates& after, bool only_state);

/// Rows in an immutable state are not deleted. Errors: 23514.
Result<void> check_erasable(const schema::Table& table, const RowStates& states);

}  // namespace holdfast::records
