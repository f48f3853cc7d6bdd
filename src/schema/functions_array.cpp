#include <algorithm>
#include <array>

#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/scalar.hpp"

namespace holdfast::schema::functions {
namespace {

using types::ArrayElement;
using types::Stored;
using Storage = Stored::Storage;

bool is_null(const Stored& value) { return value.storage == Storage::null; }

/// Stored forms are canonical, so equal values are equal here; only integers may stand for whole reals.
bool equal(const Stored& a, const Stored& b) {
  const auto number = [](const Stored& v) {
    return v.storage == Storage::integer ? static_cast<double>(v.integer) : v.real;
  };
  if (a.storage == Storage::real || b.storage == Storage::real) return number(a) == number(b);
  return a.storage == b.storage && a.integer == b.integer && a.bytes == b.bytes;
}

/// An argument as an element: bytea in its hex form, as arrays keep it.
Stored element_of(const Call& call, int i) {
  const types::StoredView value = call.stored(i);
  Stored out{value.storage, value.integer, value.real, std::string(value.bytes)};
  if (out.storage == Storage::blob) {
    out.storage = Storage::text;
    out.bytes.clear();
    types::append_bytea(out.bytes, value.bytes);
  }
  return out;
}

Result<void> build(Call& call) {
  std::string out = "[";
  for (int i = 0; i < call.count(); ++i) {
    if (i > 0) out += ',';
    types::append_element(out, call.stored(i));
  }
  call.reply(out + ']');
  return {};
}

bool has(const std::vector<Stored>& values, const Stored& wanted) {
  return !is_null(wanted) && std::any_of(values.begin(), values.end(), [&wanted](const Stored& v) {
    return !is_null(v) && equal(v, wanted);
  });
}

Result<void> contains(Call& call) {
  HF_TRY(const auto left, types::flat_elements(call.text(0)));
  HF_TRY(const auto right, types::flat_elements(call.text(1)));
  call.reply_truth(
      std::all_of(right.begin(), right.end(), [&left](const Stored& v) { return has(left, v); }));
  return {};
}

Result<void> overlaps(Call& call) {
  HF_TRY(const auto left, types::flat_elements(call.text(0)));
  HF_TRY(const auto right, types::flat_elements(call.text(1)));
  call.reply_truth(
      std::any_of(right.begin(), right.end(), [&left](const Stored& v) { return has(left, v); }));
  return {};
}

/// The items between the brackets.
std::string_view inside(std::string_view stored) {
  return stored.size() < 2 ? std::string_view() : stored.substr(1, stored.size() - 2);
}

std::string joined(std::string_view left, std::string_view right) {
  std::string out = "[";
  out += left;
  if (!left.empty() && !right.empty()) out += ',';
  out += right;
  return out + ']';
}

/// A null array counts as an empty one here.
Result<void> cat(Call& call) {
  if (call.is_null(0) && call.is_null(1)) {
    call.reply_null();
  } else if (call.is_null(0) || call.is_null(1)) {
    call.reply(call.text(call.is_null(0) ? 1 : 0));
  } else {
    call.reply(joined(inside(call.text(0)), inside(call.text(1))));
  }
  return {};
}

Result<void> append(Call& call) {
  std::string item;
  types::append_element(item, call.stored(1));
  call.reply(joined(call.is_null(0) ? std::string_view() : inside(call.text(0)), item));
  return {};
}

Result<void> prepend(Call& call) {
  std::string item;
  types::append_element(item, call.stored(0));
  call.reply(joined(item, call.is_null(1) ? std::string_view() : inside(call.text(1))));
  return {};
}

Result<void> remove(Call& call) {
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  HF_TRY(auto elements, types::array_elements(call.text(0)));
  const Stored unwanted = element_of(call, 1);
  std::erase_if(elements, [&unwanted](const ArrayElement& e) {
    if (!e.nested.empty()) return false;
    return is_null(unwanted) ? is_null(e.value) : !is_null(e.value) && equal(e.value, unwanted);
  });
  call.reply(types::join_elements(elements));
  return {};
}

Result<void> get(Call& call) {
  HF_TRY(const auto elements, types::array_elements(call.text(0)));
  const std::int64_t place = call.integer(1) - 1;
  if (place < 0 || place >= static_cast<std::int64_t>(elements.size())) {
    call.reply_null();
    return {};
  }
  const ArrayElement& element = elements[static_cast<std::size_t>(place)];
  if (element.nested.empty()) {
    call.reply(element.value);
  } else {
    call.reply(element.nested);
  }
  return {};
}

Result<void> slice(Call& call) {
  HF_TRY(auto elements, types::array_elements(call.text(0)));
  const auto count = static_cast<std::int64_t>(elements.size());
  const auto from = std::clamp<std::int64_t>(call.integer(1), 1, count + 1);
  const auto to = std::clamp<std::int64_t>(call.integer(2), from - 1, count);
  elements = {elements.begin() + (from - 1), elements.begin() + to};
  call.reply(types::join_elements(elements));
  return {};
}

/// An array of numerics without the zeros that only show a scale: 1.50 equals 1.5.
Result<void> numerics(Call& call) {
  HF_TRY(auto elements, types::array_elements(call.text(0)));
  for (auto& element : elements) {
    std::string& digits = element.value.bytes;
    if (digits.find('.') == std::string::npos) continue;
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
  }
  call.reply(types::join_elements(elements));
  return {};
}

Result<void> length(Call& call) {
  std::string level(call.text(0));
  for (std::int64_t dimension = call.integer(1); dimension >= 1; --dimension) {
    HF_TRY(const auto elements, types::array_elements(level));
    if (elements.empty()) break;
    if (dimension == 1) {
      call.reply(static_cast<std::int64_t>(elements.size()));
      return {};
    }
    if (elements.front().nested.empty()) break;
    level = std::string(elements.front().nested);
  }
  call.reply_null();
  return {};
}

Result<void> position(Call& call) {
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  HF_TRY(const auto elements, types::array_elements(call.text(0)));
  const Stored wanted = element_of(call, 1);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Stored& value = elements[i].value;
    const bool found = is_null(wanted) ? is_null(value) : !is_null(value) && equal(value, wanted);
    if (!found || !elements[i].nested.empty()) continue;
    call.reply(static_cast<std::int64_t>(i) + 1);
    return {};
  }
  call.reply_null();
  return {};
}

/// Elements are printed by their storage, or by the element type where a fourth argument names the array's.
Result<void> to_text(Call& call) {
  if (call.is_null(0) || call.is_null(1)) {
    call.reply_null();
    return {};
  }
  HF_TRY(const auto elements, types::flat_elements(call.text(0)));
  types::Type element;
  element.kind = types::Kind::text;
  if (call.count() > 3) {
    HF_TRY(element, call.type(3));
    element = element.element();
  }
  const bool shows_null = call.count() > 2 && !call.is_null(2);
  std::string out;
  bool first = true;
  for (const auto& value : elements) {
    if (is_null(value) && !shows_null) continue;
    if (!first) out += call.text(1);
    first = false;
    if (is_null(value)) {
      out += call.text(2);
    } else if (value.storage == Storage::real && element.kind == types::Kind::text) {
      types::append_float(out, types::Kind::float8, value.real);
    } else {
      types::append_text(out, element, types::view_of(value));
    }
  }
  call.reply(out);
  return {};
}

/// A null separator splits into characters; an empty text is an empty array.
Result<void> from_text(Call& call) {
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  const std::string_view text = call.text(0);
  std::vector<ArrayElement> elements;
  const auto push = [&](std::string_view part) {
    auto& element = elements.emplace_back();
    if (call.count() > 2 && !call.is_null(2) && part == call.text(2)) return;
    element.value = {.storage = Storage::text, .bytes = std::string(part)};
  };
  const std::string_view separator = call.text(1);
  if (call.is_null(1)) {
    for (std::size_t i = 0; i < text.size();) {
      std::size_t next = i + 1;
      while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
      push(text.substr(i, next - i));
      i = next;
    }
  } else if (!text.empty()) {
    std::size_t begin = 0;
    for (std::size_t at = 0;
         !separator.empty() && (at = text.find(separator, begin)) != std::string_view::npos;) {
      push(text.substr(begin, at - begin));
      begin = at + separator.size();
    }
    push(text.substr(begin));
  }
  call.reply(types::join_elements(elements));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_array", -1, build, Nulls::called},
    Function{"pg_array_contains", 2, contains},
    Function{"pg_array_overlaps", 2, overlaps},
    Function{"pg_array_cat", 2, cat, Nulls::called},
    Function{"pg_array_append", 2, append, Nulls::called},
    Function{"pg_array_prepend", 2, prepend, Nulls::called},
    Function{"pg_array_remove", 2, remove, Nulls::called},
    Function{"pg_array_get", 2, get},
    Function{"pg_array_slice", 3, slice},
    Function{"pg_numeric_array", 1, numerics},
    Function{"pg_array_length", 2, length},
    Function{"pg_array_position", 2, position, Nulls::called},
    Function{"pg_array_to_string", 3, to_text, Nulls::called},
    Function{"pg_array_to_string", 4, to_text, Nulls::called},
    Function{"pg_string_to_array", 2, from_text, Nulls::called},
    Function{"pg_string_to_array", 3, from_text, Nulls::called},
};

}  // namespace

std::span<const Function> array_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
