#include "types/time_zone.hpp"

#include <unicode/basictz.h>
#include <unicode/strenum.h>
#include <unicode/timezone.h>

#include <charconv>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.hpp"
#include "types/calendar.hpp"
#include "types/detail/scan.hpp"
#include "types/detail/zone_abbreviations.hpp"

namespace holdfast::types {
namespace {

/// Zones by lower-case name, read from ICU when first asked for. Any thread.
class Zones {
 public:
  const icu::BasicTimeZone* find(const std::string& lower) {
    const base::MutexLock lock(mutex_);
    if (names_.empty()) read_names();
    const auto name = names_.find(lower);
    if (name == names_.end()) return nullptr;
    auto& zone = zones_[lower];
    if (zone == nullptr) zone.reset(icu::TimeZone::createTimeZone(name->second));
    return dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  }

 private:
  void read_names() HF_REQUIRES(mutex_) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> all(
        icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, status));
    if (U_FAILURE(status) != 0) return;
    while (const icu::UnicodeString* id = all->snext(status)) {
      std::string name;
      id->toUTF8String(name);
      names_.emplace(lower_ascii(std::string_view(name)), *id);
    }
  }

  base::Mutex mutex_;
  std::map<std::string, icu::UnicodeString> names_ HF_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<icu::TimeZone>> zones_ HF_GUARDED_BY(mutex_);
};

Zones& zones() {
  static Zones all;
  return all;
}

/// `GMT+2`: letters, then an offset whose sign PostgreSQL reads as POSIX does.
std::optional<int> posix_offset(std::string_view name) {
  std::size_t letters = 0;
  while (letters < name.size() && is_alpha(name[letters])) ++letters;
  std::string_view rest = name.substr(letters);
  if (letters < 3 || rest.size() < 2) return std::nullopt;
  const bool west = rest.front() != '-';
  if (rest.front() == '-' || rest.front() == '+') rest.remove_prefix(1);
  int hours = 0;
  const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), hours);
  if (fault != std::errc{} || end != rest.data() + rest.size() || hours > 24) return std::nullopt;
  return (west ? -hours : hours) * 3600;
}

int seconds_of(std::int32_t raw, std::int32_t daylight) { return (raw + daylight) / 1000; }

double milliseconds(std::int64_t micros) { return static_cast<double>(floor_divide(micros, 1000)); }

}  // namespace

std::optional<TimeZone> TimeZone::find_abbreviation(std::string_view lower) {
  const auto offset = find_zone_abbreviation(lower);
  if (!offset) return std::nullopt;
  return TimeZone(*offset, nullptr);
}

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  const std::string lower = lower_ascii(name);
  if (auto abbreviation = find_abbreviation(lower)) return abbreviation;
  if (const icu::BasicTimeZone* rules = zones().find(lower)) return TimeZone(0, rules);
  if (const auto offset = posix_offset(lower)) return TimeZone(*offset, nullptr);
  return std::nullopt;
}

int TimeZone::offset_at_local(std::int64_t local_micros) const {
  if (rules_ == nullptr) return seconds_east_;
  std::int32_t raw = 0;
  std::int32_t daylight = 0;
  UErrorCode status = U_ZERO_ERROR;
  static_cast<const icu::BasicTimeZone*>(rules_)->getOffsetFromLocal(
      milliseconds(local_micros), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_LATTER, raw, daylight, status);
  return seconds_of(raw, daylight);
}

int TimeZone::offset_at_utc(std::int64_t utc_micros) const {
  if (rules_ == nullptr) return seconds_east_;
  std::int32_t raw = 0;
  std::int32_t daylight = 0;
  UErrorCode status = U_ZERO_ERROR;
  static_cast<const icu::BasicTimeZone*>(rules_)->getOffset(milliseconds(utc_micros), 0, raw, daylight,
                                                            status);
  return seconds_of(raw, daylight);
}

}  // namespace holdfast::types
