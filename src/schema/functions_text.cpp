#include <algorithm>
#include <array>
#include <optional>

#include "schema/functions_call.hpp"
#include "types/md5.hpp"
#include "types/text_encoding.hpp"
#include "types/text_functions.hpp"
#include "types/utf8.hpp"

namespace holdfast::schema::functions {
namespace {

template <std::string (*Change)(std::string_view)>
Result<void> changed(Call& call) {
  call.reply(Change(call.text(0)));
  return {};
}

Result<void> substr(Call& call) {
  const auto length = call.count() > 2 ? std::optional(call.integer(2)) : std::nullopt;
  return reply_with(call, types::substring(call.text(0), call.integer(1), length));
}

Result<void> left(Call& call) {
  call.reply(types::left_part(call.text(0), call.integer(1)));
  return {};
}

Result<void> right(Call& call) {
  call.reply(types::right_part(call.text(0), call.integer(1)));
  return {};
}

Result<void> lpad(Call& call) {
  return reply_with(call, types::pad(call.text(0), call.integer(1), call.text(2), types::Side::left));
}

Result<void> rpad(Call& call) {
  return reply_with(call, types::pad(call.text(0), call.integer(1), call.text(2), types::Side::right));
}

Result<void> strpos(Call& call) {
  const std::string_view text = call.text(0);
  const std::size_t at = text.find(call.text(1));
  call.reply(at == std::string_view::npos
                 ? std::int64_t{0}
                 : static_cast<std::int64_t>(types::count_characters(text.substr(0, at))) + 1);
  return {};
}

Result<void> split_part(Call& call) {
  return reply_with(call, types::split_part(call.text(0), call.text(1), call.integer(2)));
}

template <bool Left, bool Right>
Result<void> trim(Call& call) {
  call.reply(types::trim_characters(call.text(0), call.count() > 1 ? call.text(1) : " ", Left, Right));
  return {};
}

Result<void> repeat(Call& call) { return reply_with(call, types::repeat(call.text(0), call.integer(1))); }

Result<void> translate(Call& call) {
  call.reply(types::translate(call.text(0), call.text(1), call.text(2)));
  return {};
}

Result<void> concat(Call& call) {
  std::string out;
  for (int i = 0; i < call.count(); ++i) {
    if (!call.is_null(i)) out += call.text(i);
  }
  call.reply(out);
  return {};
}

Result<void> concat_ws(Call& call) {
  if (call.count() == 0 || call.is_null(0)) {
    call.reply_null();
    return {};
  }
  std::string out;
  bool first = true;
  for (int i = 1; i < call.count(); ++i) {
    if (call.is_null(i)) continue;
    if (!first) out += call.text(0);
    out += call.text(i);
    first = false;
  }
  call.reply(out);
  return {};
}

Result<void> format(Call& call) {
  if (call.count() == 0 || call.is_null(0)) {
    call.reply_null();
    return {};
  }
  std::vector<std::optional<std::string>> arguments;
  for (int i = 1; i < call.count(); ++i) {
    arguments.push_back(call.is_null(i) ? std::nullopt : std::optional(std::string(call.text(i))));
  }
  return reply_with(call, types::format_text(call.text(0), arguments));
}

Result<void> encode(Call& call) { return reply_with(call, types::encode_bytes(call.text(0), call.text(1))); }

Result<void> decode(Call& call) {
  HF_TRY(std::string bytes, types::decode_bytes(call.text(0), call.text(1)));
  call.reply(types::Stored{.storage = types::Stored::Storage::blob, .bytes = std::move(bytes)});
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_lower", 1, changed<types::lower_text>},
    Function{"pg_upper", 1, changed<types::upper_text>},
    Function{"pg_initcap", 1, changed<types::initcap_text>},
    Function{"pg_reverse", 1, changed<types::reverse_text>},
    Function{"pg_md5", 1, changed<types::md5_hex>},
    Function{"pg_substr", 2, substr},
    Function{"pg_substr", 3, substr},
    Function{"pg_left", 2, left},
    Function{"pg_right", 2, right},
    Function{"pg_lpad", 3, lpad},
    Function{"pg_rpad", 3, rpad},
    Function{"pg_strpos", 2, strpos},
    Function{"pg_split_part", 3, split_part},
    Function{"pg_btrim", 2, trim<true, true>},
    Function{"pg_ltrim", 2, trim<true, false>},
    Function{"pg_rtrim", 2, trim<false, true>},
    Function{"pg_repeat", 2, repeat},
    Function{"pg_translate", 3, translate},
    Function{"pg_concat", -1, concat, Nulls::called},
    Function{"pg_concat_ws", -1, concat_ws, Nulls::called},
    Function{"pg_format", -1, format, Nulls::called},
    Function{"pg_encode", 2, encode},
    Function{"pg_decode", 2, decode},
};

}  // namespace

std::span<const Function> text_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
