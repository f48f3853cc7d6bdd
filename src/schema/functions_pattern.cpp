#include <sqlite3.h>

#include <array>

#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/pattern.hpp"

namespace holdfast::schema::functions {
namespace {

using SharedRegex = std::shared_ptr<const types::Regex>;

/// The pattern in argument 1, compiled once a statement where it is constant.
Result<SharedRegex> regex_of(Call& call, std::string_view flags, bool flags_constant) {
  constexpr int kPattern = 1;
  if (flags_constant) {
    if (const auto* kept = static_cast<const SharedRegex*>(sqlite3_get_auxdata(call.context(), kPattern)))
      return *kept;
  }
  HF_TRY(types::Regex compiled, types::Regex::compile(call.text(kPattern), flags));
  SharedRegex regex = std::make_shared<const types::Regex>(std::move(compiled));
  if (flags_constant) {
    sqlite3_set_auxdata(call.context(), kPattern, new SharedRegex(regex),
                        [](void* held) { delete static_cast<SharedRegex*>(held); });
  }
  return regex;
}

Result<void> like(Call& call) { return reply_with(call, types::like(call.text(0), call.text(1))); }
Result<void> ilike(Call& call) { return reply_with(call, types::ilike(call.text(0), call.text(1))); }
Result<void> like_escape(Call& call) {
  return reply_with(call, types::like_escape(call.text(0), call.text(1)));
}

Result<void> similar(Call& call) {
  return reply_with(call, types::similar_to_regex(call.text(0), call.count() > 1 ? call.text(1) : "\\"));
}

Result<void> regex(Call& call) {
  HF_TRY(const SharedRegex compiled, regex_of(call, call.integer(2) != 0 ? "i" : "", true));
  call.reply_truth(compiled->matches(call.text(0)));
  return {};
}

Result<void> regexp_replace(Call& call) {
  const std::string_view flags = call.count() > 3 ? call.text(3) : "";
  HF_TRY(const SharedRegex compiled, regex_of(call, flags, false));
  const bool all = flags.find('g') != std::string_view::npos;
  call.reply(compiled->replace(call.text(0), call.text(2), all));
  return {};
}

std::string stored_texts(const std::vector<std::optional<std::string>>& texts) {
  std::vector<types::ArrayElement> elements;
  for (const auto& text : texts) {
    auto& element = elements.emplace_back();
    if (text) element.value = {.storage = types::Stored::Storage::text, .bytes = *text};
  }
  return types::join_elements(elements);
}

Result<void> regexp_match(Call& call) {
  const std::string_view flags = call.count() > 2 ? call.text(2) : "";
  if (flags.find('g') != std::string_view::npos) {
    return failure("22023", "regexp_match() does not support the \"global\" option");
  }
  HF_TRY(const SharedRegex compiled, regex_of(call, flags, false));
  if (const auto groups = compiled->first_match(call.text(0))) {
    call.reply(stored_texts(*groups));
  } else {
    call.reply_null();
  }
  return {};
}

Result<void> regexp_split(Call& call) {
  HF_TRY(const SharedRegex compiled, regex_of(call, "", true));
  const auto parts = compiled->split(call.text(0));
  call.reply(stored_texts({parts.begin(), parts.end()}));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_like", 2, like},
    Function{"pg_ilike", 2, ilike},
    Function{"pg_like_escape", 2, like_escape},
    Function{"pg_similar_to_escape", 1, similar},
    Function{"pg_similar_to_escape", 2, similar},
    Function{"pg_regex", 3, regex},
    Function{"pg_regexp_replace", 4, regexp_replace},
    Function{"pg_regexp_match", 3, regexp_match},
    Function{"pg_regexp_split_to_array", 2, regexp_split},
};

}  // namespace

std::span<const Function> pattern_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
