#include "records/output_zone.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace holdfast::records {
namespace {

constexpr int kSecondsPerHour = 3600;
constexpr int kMostHours = 167;

bool parse_number(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::optional<types::TimeZone> find_output_zone(std::string_view name) {
  std::string_view rest = name;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  int hours = 0;
  if (!parse_number(rest, hours)) return types::TimeZone::find(name);
  if (hours > kMostHours) return std::nullopt;
  const int sign = negative ? -1 : 1;
  if (rest.empty()) return types::TimeZone::fixed(sign * hours * kSecondsPerHour);
  int minutes = 0;
  if (!rest.starts_with(':')) return std::nullopt;
  rest.remove_prefix(1);
  if (!parse_number(rest, minutes) || !rest.empty() || minutes > 59) return std::nullopt;
  return types::TimeZone::fixed(-sign * (hours * kSecondsPerHour + minutes * 60));
}

void append_json_in_zone(std::string& out, const types::TimeZone& zone, const types::StoredView& value) {
  constexpr std::int64_t kMicros = 1'000'000;
  constexpr std::string_view kUtc = "+00:00\"";
  // `infinity` has no offset.
  if (value.integer == INT64_MAX || value.integer == INT64_MIN) {
    types::append_json(out, {.kind = types::Kind::timestamptz}, value);
    return;
  }
  const int offset = zone.offset_at_utc(value.integer);
  types::StoredView local = value;
  local.integer += offset * kMicros;
  const std::size_t start = out.size();
  types::append_json(out, {.kind = types::Kind::timestamptz}, local);
  if (!std::string_view(out).substr(start).ends_with(kUtc)) return;
  out.resize(out.size() - kUtc.size());
  const int distance = std::abs(offset);
  char text[16];
  std::snprintf(text, sizeof text, "%c%02d:%02d\"", offset < 0 ? '-' : '+', distance / kSecondsPerHour,
                distance % kSecondsPerHour / 60);
  out += text;
}

}  // namespace holdfast::records
