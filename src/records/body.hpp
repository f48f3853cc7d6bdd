#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "records/request.hpp"

namespace holdfast::records {

/// One value of a request body, before a column's type is known.
struct Cell {
  enum class Kind : std::uint8_t {
    absent,  ///< the object has no such key
    null,
    text,  ///< PostgreSQL's input form: CSV and forms
    json,  ///< a JSON value as it stood in the body
  };
  Kind kind = Kind::absent;
  std::string text{};
};

/// A request body as rows: each has one cell a column.
struct Payload {
  std::vector<std::string> columns{};
  std::vector<std::vector<Cell>> rows{};
  bool is_object = false;  ///< one JSON object rather than an array
};

/// Reads JSON (an object, or an array of objects), CSV with a header line, or a form. `columns` of the query
/// chooses what is taken; without it all objects must have the same keys. Errors: PGRST102.
Result<Payload> parse_payload(const Request& request, std::string_view body);

/// CSV -> lines of fields: quotes doubled, CRLF or LF. Errors: PGRST102.
Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text);

}  // namespace holdfast::records
