#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/bind.hpp"
#include "records/compile_read.hpp"
#include "records/media_type.hpp"
#include "types/time_zone.hpp"

namespace holdfast::records {

/// What a statement gave, written in the form that was asked for.
struct RowsText {
  std::string body;
  std::int64_t rows = 0;
};

/// The form that rows are wanted in.
struct OutputForm {
  const MediaType& media;
  /// `Prefer: timezone`: of the rows' own timestamps; those of embedded rows stay in UTC.
  std::optional<types::TimeZone> zone{};
};

/// Runs a compiled read and writes its rows: a JSON array, one object, or CSV. Errors: PGRST116 where one
/// object is wanted and there are none or several, and whatever the database says.
Result<RowsText> read_rows(sql::Connection& connection, const CompiledRead& read, const BindSources& sources,
                           const OutputForm& form);

/// The rest of a prepared and bound statement, as read_rows.
Result<RowsText> write_rows(sql::Statement& statement, const std::vector<OutputColumn>& columns,
                            const OutputForm& form);

/// JSON text without the members of objects that are null, at every depth.
[[nodiscard]] std::string strip_nulls(std::string_view json);

/// PGRST116.
[[nodiscard]] Error not_singular(std::int64_t rows);

}  // namespace holdfast::records
