#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "types/codec.hpp"
#include "types/time_zone.hpp"

namespace holdfast::records {

/// A value of PostgreSQL's TimeZone setting: a zone's name, hours east of Greenwich (`-4`), or `+05:30`,
/// whose sign POSIX counts west. Nothing where there is no such zone.
[[nodiscard]] std::optional<types::TimeZone> find_output_zone(std::string_view name);

/// A stored timestamptz as JSON, in a zone's local time with its offset.
void append_json_in_zone(std::string& out, const types::TimeZone& zone, const types::StoredView& value);

}  // namespace holdfast::records
