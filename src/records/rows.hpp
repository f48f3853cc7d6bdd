#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/bind.hpp"
#include "records/compile_read.hpp"
#include "records/media_type.hpp"

namespace holdfast::records {

/// What a statement gave, written in the form that was asked for.
struct RowsText {
  std::string body;
  std::int64_t rows = 0;
};

/// Runs a compiled read and writes its rows: a JSON array, one object, or CSV. Errors: PGRST116 where one
/// object is wanted and there are none or several, and whatever the database says.
Result<RowsText> read_rows(sql::Connection& connection, const CompiledRead& read, const BindSources& sources,
                           const MediaType& format);

/// The rest of a prepared and bound statement, as read_rows.
Result<RowsText> write_rows(sql::Statement& statement, const std::vector<OutputColumn>& columns,
                            const MediaType& format);

/// JSON text without the members of objects that are null, at every depth.
[[nodiscard]] std::string strip_nulls(std::string_view json);

/// PGRST116.
[[nodiscard]] Error not_singular(std::int64_t rows);

}  // namespace holdfast::records
