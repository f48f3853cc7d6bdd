// Request bodies meet any bytes: JSON, CSV and forms are read or refused with PGRST102, every row has one
// cell a column, and what a JSON cell holds is JSON again, which jsonb takes or refuses with a code.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "records/body.hpp"
#include "types/jsonb.hpp"

namespace {

using namespace holdfast::records;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_cells(const Payload& payload) {
  for (const auto& row : payload.rows) {
    must(row.size() == payload.columns.size());
    for (const auto& cell : row) {
      if (cell.kind != Cell::Kind::json) continue;
      must(!cell.text.empty());
      const auto canonical = holdfast::types::parse_jsonb(cell.text);
      if (!canonical.ok()) must(!canonical.error().code.empty());
    }
  }
}

void read_as(MediaType::Kind kind, bool columns_chosen, std::string_view body) {
  Request request;
  request.content_type.kind = kind;
  if (columns_chosen) request.query.columns = std::vector<std::string>{"id", "name"};
  const auto payload = parse_payload(request, body);
  if (!payload.ok()) return must(!payload.error().code.empty());
  check_cells(*payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr MediaType::Kind kKinds[] = {MediaType::Kind::json, MediaType::Kind::csv, MediaType::Kind::form};
  read_as(kKinds[data[0] % 3U], (data[0] & 4U) != 0, body);
  return 0;
}
