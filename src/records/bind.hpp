#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "records/body.hpp"
#include "records/request.hpp"
#include "records/statement.hpp"
#include "sql/connection.hpp"
#include "types/codec.hpp"

namespace holdfast::records {

/// What a statement's parameters are filled from; only what its parameters name need be there.
struct BindSources {
  const std::vector<Literal>* literals = nullptr;
  const Range* range = nullptr;
  const std::string* keys = nullptr;
  const std::vector<types::Stored>* arguments = nullptr;
  const std::vector<types::Stored>* cells = nullptr;
};

/// Every parameter in stored form. Errors: those of types::parse.
Result<std::vector<types::Stored>> bind_values(const std::vector<Parameter>& parameters,
                                               const BindSources& sources);

/// Binds values that stay alive until the statement is reset.
Result<void> bind_all(sql::Statement& statement, const std::vector<types::Stored>& values);

/// A payload's value in stored form; absent and null are null.
Result<types::Stored> stored_cell(const types::Type& type, const Cell& cell);

[[nodiscard]] types::StoredView stored_view(const sql::ValueView& value);
[[nodiscard]] types::StoredView stored_view(const types::Stored& value);
/// `[1,2,3]`.
[[nodiscard]] std::string json_array_of(const std::vector<std::int64_t>& numbers);

/// Prepares, binds and gives the first column of every row as integers: rowids, counts.
Result<std::vector<std::int64_t>> select_integers(sql::Connection& connection, const Statement& statement,
                                                  const BindSources& sources);

}  // namespace holdfast::records
