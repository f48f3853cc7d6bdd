#include "types/detail/time_units.hpp"

#include <array>

#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

struct Named {
  std::string_view name;
  TimeUnit unit;
};

constexpr auto kUnits = std::to_array<Named>({
    {"microsecond", TimeUnit::microsecond},
    {"microsecon", TimeUnit::microsecond},
    {"microseconds", TimeUnit::microsecond},
    {"us", TimeUnit::microsecond},
    {"usec", TimeUnit::microsecond},
    {"usecs", TimeUnit::microsecond},
    {"usecond", TimeUnit::microsecond},
    {"useconds", TimeUnit::microsecond},
    {"millisecond", TimeUnit::millisecond},
    {"milliseconds", TimeUnit::millisecond},
    {"ms", TimeUnit::millisecond},
    {"msec", TimeUnit::millisecond},
    {"msecs", TimeUnit::millisecond},
    {"msecond", TimeUnit::millisecond},
    {"mseconds", TimeUnit::millisecond},
    {"s", TimeUnit::second},
    {"sec", TimeUnit::second},
    {"secs", TimeUnit::second},
    {"second", TimeUnit::second},
    {"seconds", TimeUnit::second},
    {"m", TimeUnit::minute},
    {"min", TimeUnit::minute},
    {"mins", TimeUnit::minute},
    {"minute", TimeUnit::minute},
    {"minutes", TimeUnit::minute},
    {"h", TimeUnit::hour},
    {"hr", TimeUnit::hour},
    {"hrs", TimeUnit::hour},
    {"hour", TimeUnit::hour},
    {"hours", TimeUnit::hour},
    {"d", TimeUnit::day},
    {"day", TimeUnit::day},
    {"days", TimeUnit::day},
    {"w", TimeUnit::week},
    {"week", TimeUnit::week},
    {"weeks", TimeUnit::week},
    {"mon", TimeUnit::month},
    {"mons", TimeUnit::month},
    {"month", TimeUnit::month},
    {"months", TimeUnit::month},
    {"qtr", TimeUnit::quarter},
    {"quarter", TimeUnit::quarter},
    {"y", TimeUnit::year},
    {"yr", TimeUnit::year},
    {"yrs", TimeUnit::year},
    {"year", TimeUnit::year},
    {"years", TimeUnit::year},
    {"dec", TimeUnit::decade},
    {"decs", TimeUnit::decade},
    {"decade", TimeUnit::decade},
    {"decades", TimeUnit::decade},
    {"c", TimeUnit::century},
    {"cent", TimeUnit::century},
    {"century", TimeUnit::century},
    {"centuries", TimeUnit::century},
    {"mil", TimeUnit::millennium},
    {"mils", TimeUnit::millennium},
    {"millennium", TimeUnit::millennium},
    {"millennia", TimeUnit::millennium},
    {"epoch", TimeUnit::epoch},
    {"dow", TimeUnit::day_of_week},
    {"isodow", TimeUnit::iso_day_of_week},
    {"doy", TimeUnit::day_of_year},
    {"isoyear", TimeUnit::iso_year},
    {"julian", TimeUnit::julian},
    {"j", TimeUnit::julian},
    {"jd", TimeUnit::julian},
    {"timezone", TimeUnit::zone},
    {"timezone_h", TimeUnit::zone_hour},
    {"timezone_hour", TimeUnit::zone_hour},
    {"timezone_m", TimeUnit::zone_minute},
    {"timezone_minute", TimeUnit::zone_minute},
});

}  // namespace

std::optional<TimeUnit> find_time_unit(std::string_view name) {
  for (const auto& unit : kUnits) {
    if (equal_ignoring_case(name, unit.name)) return unit.unit;
  }
  return std::nullopt;
}

}  // namespace holdfast::types
