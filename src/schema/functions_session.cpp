#include <sys/random.h>

#include <array>
#include <cerrno>
#include <utility>

#include "schema/functions_call.hpp"
#include "types/calendar.hpp"
#include "types/jsonb.hpp"
#include "types/jsonb_operations.hpp"
#include "types/scalar.hpp"

namespace holdfast::schema::functions {
namespace {

std::int64_t now_of(const Call& call) { return call.session().now.time_since_epoch().count(); }

Result<types::JsonValue> claims_of(const Call& call) {
  return types::parse_jsonb(call.session().principal.claims_json);
}

Result<void> now(Call& call) {
  call.reply(now_of(call));
  return {};
}

Result<void> clock_timestamp(Call& call) {
  call.reply(base::now().time_since_epoch().count());
  return {};
}

Result<void> current_date(Call& call) {
  call.reply(types::floor_divide(now_of(call), types::kMicrosPerDay));
  return {};
}

Result<void> auth_uid(Call& call) {
  const auto& subject = call.session().principal.subject;
  if (subject.empty()) {
    call.reply_null();
    return {};
  }
  return reply_with(call, types::parse_uuid(subject));
}

Result<void> auth_role(Call& call) {
  HF_TRY(const types::JsonValue claims, claims_of(call));
  const auto* role = types::json_member(claims, "role");
  if (role != nullptr) {
    if (const auto text = types::json_as_text(*role)) {
      call.reply(*text);
      return {};
    }
  }
  if (call.session().principal.is_system()) {
    call.reply_null();
  } else {
    call.reply(call.session().principal.role);
  }
  return {};
}

Result<void> auth_jwt(Call& call) {
  if (call.session().principal.is_system()) {
    call.reply_null();
    return {};
  }
  HF_TRY(const types::JsonValue claims, claims_of(call));
  call.reply(types::to_string(claims));
  return {};
}

Result<void> current_user(Call& call) {
  call.reply(call.session().principal.role);
  return {};
}

/// One claim, as `request.jwt.claim.NAME` gave it in older PostgREST.
Result<void> claim_setting(Call& call, std::string_view name) {
  HF_TRY(const types::JsonValue claims, claims_of(call));
  const auto* claim = types::json_member(claims, name);
  const auto text = claim == nullptr ? std::nullopt : types::json_as_text(*claim);
  call.reply(text.value_or(""));
  return {};
}

Result<void> current_setting(Call& call) {
  constexpr std::string_view kClaim = "request.jwt.claim.";
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  const std::string_view name = call.text(0);
  const auto& principal = call.session().principal;
  if (name == "request.jwt.claims") {
    call.reply(principal.is_system() ? std::string_view() : std::string_view(principal.claims_json));
  } else if (name == "role") {
    call.reply(principal.role);
  } else if (name.starts_with(kClaim)) {
    return claim_setting(call, name.substr(kClaim.size()));
  } else if (name == "TimeZone" || name == "timezone") {
    call.reply(std::string_view("UTC"));
  } else if (call.integer(1) != 0) {
    call.reply_null();
  } else {
    return failure("42704", "unrecognized configuration parameter \"" + std::string(name) + '"');
  }
  return {};
}

Result<void> raise(Call& call) {
  return Error{.code = std::string(call.text(0)),
               .message = std::string(call.text(1)),
               .details = std::string(call.count() > 2 ? call.text(2) : ""),
               .hint = std::string(call.count() > 3 ? call.text(3) : "")};
}

/// The bytes of one UUID. The system is asked for many at once: a call costs more than the row that needs it.
Result<const unsigned char*> random_bytes() {
  constexpr std::size_t kUuidBytes = 16;
  static thread_local std::array<unsigned char, 4096> pool;
  static thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    for (std::size_t got = 0; got < pool.size();) {
      const auto more = getrandom(pool.data() + got, pool.size() - got, 0);
      if (more < 0 && errno != EINTR) return failure("58030", "the system gave no random bytes");
      if (more > 0) got += static_cast<std::size_t>(more);
    }
    used = 0;
  }
  return pool.data() + std::exchange(used, used + kUuidBytes);
}

/// Version 4 of RFC 4122, from the system's random source.
Result<void> gen_random_uuid(Call& call) {
  constexpr std::string_view kHex = "0123456789abcdef";
  HF_TRY(auto random, random_bytes());
  std::string uuid;
  uuid.reserve(36);
  unsigned bits = 0;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit % 2 == 0) bits = *random++;
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) uuid += '-';
    unsigned nibble = bits & 15U;
    bits >>= 4U;
    if (digit == 12) nibble = 4;
    if (digit == 16) nibble = 8U | (nibble & 3U);
    uuid += kHex[nibble];
  }
  call.reply(uuid);
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_now", 0, now},
    Function{"pg_clock_timestamp", 0, clock_timestamp, Nulls::strict, Stability::varying},
    Function{"pg_current_date", 0, current_date},
    Function{"pg_auth_uid", 0, auth_uid},
    Function{"pg_auth_role", 0, auth_role},
    Function{"pg_auth_jwt", 0, auth_jwt},
    Function{"pg_current_user", 0, current_user},
    Function{"pg_current_setting", 2, current_setting, Nulls::called},
    Function{"pg_raise", -1, raise, Nulls::called, Stability::varying},
    Function{"pg_gen_random_uuid", 0, gen_random_uuid, Nulls::strict, Stability::varying},
};

}  // namespace

std::span<const Function> session_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
