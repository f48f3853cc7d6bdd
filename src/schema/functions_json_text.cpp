#include <array>

#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/json_text.hpp"

// Type json keeps its text as it was written, and so do the parts that are taken from it.
namespace holdfast::schema::functions {
namespace {

using Part = std::optional<std::string_view>;

template <bool AsText>
Result<void> reply_part(Call& call, const Part& part) {
  if (!part) {
    call.reply_null();
    return {};
  }
  if constexpr (!AsText) {
    call.reply(*part);
  } else {
    HF_TRY(const auto content, types::json_text_content(*part));
    if (content) {
      call.reply(*content);
    } else {
      call.reply_null();
    }
  }
  return {};
}

template <bool AsText>
Result<void> get(Call& call) {
  HF_TRY(const Part part, call.is_text(1) ? types::json_text_member(call.text(0), call.text(1))
                                          : types::json_text_item(call.text(0), call.integer(1)));
  return reply_part<AsText>(call, part);
}

template <bool AsText>
Result<void> at_path(Call& call) {
  HF_TRY(const auto steps, types::flat_elements(call.text(1)));
  Part part = call.text(0);
  for (const auto& step : steps) {
    if (!part || step.storage != types::Stored::Storage::text) {
      part.reset();
      break;
    }
    HF_TRY(part, types::json_text_step(*part, step.bytes));
  }
  return reply_part<AsText>(call, part);
}

constexpr std::array kFunctions{
    Function{"pg_json_get", 2, get<false>},
    Function{"pg_json_get_text", 2, get<true>},
    Function{"pg_json_path", 2, at_path<false>},
    Function{"pg_json_path_text", 2, at_path<true>},
};

}  // namespace

std::span<const Function> json_text_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
