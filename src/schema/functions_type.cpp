#include <array>

#include "schema/functions_call.hpp"
#include "types/cast.hpp"
#include "types/datetime.hpp"

namespace holdfast::schema::functions {
namespace {

/// `now` in a text that is cast means the transaction's moment.
class TransactionNow {
 public:
  explicit TransactionNow(const Call& call) : guard_(call.session().now.time_since_epoch().count()) {}

 private:
  types::NowGuard guard_;
};

Result<void> cast_as(Call& call, types::CastKind kind) {
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  HF_TRY(const types::Type from, call.type(1));
  HF_TRY(const types::Type to, call.type(2));
  const TransactionNow now(call);
  return reply_with(call, types::cast(from, to, call.stored(0), kind));
}

Result<void> cast_value(Call& call) { return cast_as(call, types::CastKind::explicit_); }
Result<void> assign_value(Call& call) { return cast_as(call, types::CastKind::assignment); }

Result<void> text(Call& call) {
  HF_TRY(const types::Type type, call.type(1));
  std::string out;
  types::append_text(out, type, call.stored(0));
  call.reply(out);
  return {};
}

Result<void> json(Call& call) {
  HF_TRY(const types::Type type, call.type(1));
  std::string out;
  types::append_json(out, type, call.stored(0));
  call.reply(out);
  return {};
}

Result<void> compare(Call& call) {
  HF_TRY(const types::Type type, call.type(2));
  const int order = types::compare(type, call.stored(0), call.stored(1));
  call.reply(static_cast<std::int64_t>(order < 0 ? -1 : static_cast<int>(order > 0)));
  return {};
}

/// GREATEST and LEAST pass nulls over.
Result<void> extreme(Call& call, int wanted) {
  HF_TRY(const types::Type type, call.type(0));
  int best = 0;
  for (int i = 1; i < call.count(); ++i) {
    if (call.is_null(i)) continue;
    const int order = best == 0 ? wanted : types::compare(type, call.stored(i), call.stored(best));
    if (best == 0 || (wanted > 0 ? order > 0 : order < 0)) best = i;
  }
  if (best == 0) {
    call.reply_null();
    return {};
  }
  const types::StoredView value = call.stored(best);
  call.reply(types::Stored{value.storage, value.integer, value.real, std::string(value.bytes)});
  return {};
}

Result<void> greatest(Call& call) { return extreme(call, 1); }
Result<void> least(Call& call) { return extreme(call, -1); }

constexpr std::array kFunctions{
    Function{"pg_cast", 3, cast_value, Nulls::called},
    Function{"pg_assign", 3, assign_value, Nulls::called},
    Function{"pg_text", 2, text},
    Function{"pg_json", 2, json, Nulls::called},
    Function{"pg_compare", 3, compare},
    Function{"pg_array_compare", 3, compare},
    Function{"pg_greatest", -1, greatest, Nulls::called},
    Function{"pg_least", -1, least, Nulls::called},
};

}  // namespace

std::span<const Function> type_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
