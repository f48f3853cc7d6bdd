#include "types/array.hpp"

#include <charconv>
#include <cmath>

#include "base/json_writer.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/json_reader.hpp"
#include "types/detail/scan.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

using Storage = Stored::Storage;

Stored number_element(std::string_view digits) {
  Stored value;
  const char* end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, value.integer).ptr == end) {
    value.storage = Storage::integer;
    return value;
  }
  value.storage = Storage::real;
  if (std::from_chars(digits.data(), end, value.real).ec == std::errc::result_out_of_range) {
    value.real = digits.front() == '-' ? -HUGE_VAL : HUGE_VAL;
  }
  return value;
}

Result<ArrayElement> read_element(JsonReader& reader) {
  ArrayElement element;
  const char c = reader.peek();
  if (c == '[') {
    HF_TRY(element.nested, reader.skip_value());
  } else if (c == '"') {
    element.value.storage = Storage::text;
    HF_CHECK(reader.read_string(element.value.bytes));
  } else if (c == '-' || is_digit(c)) {
    HF_TRY(const std::string_view digits, reader.read_number());
    element.value = number_element(digits);
  } else {
    HF_TRY(const std::string_view word, reader.read_word());
    if (word != "null") {
      element.value.storage = Storage::integer;
      element.value.integer = word == "true" ? 1 : 0;
    }
  }
  return element;
}

/// An element that stands for text output or comparison: bytea comes back as bytes.
StoredView element_view(const Type& type, const Stored& value, std::string& bytes) {
  StoredView view = view_of(value);
  if (type.kind == Kind::bytea && view.storage == Storage::text) {
    auto parsed = parse_bytea(view.bytes);
    if (parsed) bytes = *std::move(parsed);
    view = {.storage = Storage::blob, .bytes = bytes};
  }
  if ((type.kind == Kind::float4 || type.kind == Kind::float8) && view.storage == Storage::integer) {
    view = {.storage = Storage::real, .real = static_cast<double>(view.integer)};
  }
  return view;
}

bool needs_quotes(std::string_view text) {
  if (text.empty() || equal_ignoring_case(text, "null")) return true;
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || is_space(c)) return true;
  }
  return false;
}

void append_quoted(std::string& out, std::string_view text) {
  if (!needs_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_text_elements(std::string& out, const Type& type, std::string_view stored, int depth) {
  const auto elements = array_elements(stored);
  out += '{';
  if (elements && depth < kMostNesting) {
    std::string text;
    std::string bytes;
    for (const auto& element : *elements) {
      if (&element != &elements->front()) out += ',';
      if (!element.nested.empty()) {
        append_text_elements(out, type, element.nested, depth + 1);
      } else if (element.value.storage == Storage::null) {
        out += "NULL";
      } else {
        text.clear();
        append_text(text, type, element_view(type, element.value, bytes));
        append_quoted(out, text);
      }
    }
  }
  out += '}';
}

void append_json_elements(std::string& out, const Type& type, std::string_view stored, int depth) {
  const auto elements = array_elements(stored);
  out += '[';
  if (elements && depth < kMostNesting) {
    std::string bytes;
    for (const auto& element : *elements) {
      if (&element != &elements->front()) out += ',';
      if (!element.nested.empty()) {
        append_json_elements(out, type, element.nested, depth + 1);
      } else {
        append_json(out, type, element_view(type, element.value, bytes));
      }
    }
  }
  out += ']';
}

/// Collects elements of all dimensions; notes the sizes of the first sub-array of each.
Result<void> flatten(std::string_view stored, std::size_t depth, std::vector<Stored>& out,
                     std::vector<std::size_t>* sizes) {
  if (depth > static_cast<std::size_t>(kMostNesting)) return nested_too_deeply("the array");
  HF_TRY(auto elements, array_elements(stored));
  if (sizes != nullptr && sizes->size() == depth) sizes->push_back(elements.size());
  for (auto& element : elements) {
    if (element.nested.empty()) {
      out.push_back(std::move(element.value));
    } else {
      HF_CHECK(flatten(element.nested, depth + 1, out, sizes));
    }
  }
  return {};
}

int order_of(std::size_t a, std::size_t b) { return a < b ? -1 : static_cast<int>(a > b); }

}  // namespace

void append_element(std::string& out, const StoredView& value) {
  switch (value.storage) {
    case Storage::null:
      out += "null";
      return;
    case Storage::integer:
      append_integer(out, value.integer);
      return;
    case Storage::real:
      if (std::isinf(value.real)) {
        out += value.real < 0 ? "-9e999" : "9e999";
      } else {
        append_float(out, Kind::float8, value.real);
      }
      return;
    case Storage::text:
      base::append_json_string(out, value.bytes);
      return;
    case Storage::blob:
      std::string hex;
      append_bytea(hex, value.bytes);
      base::append_json_string(out, hex);
      return;
  }
}

Result<std::vector<ArrayElement>> array_elements(std::string_view stored) {
  std::vector<ArrayElement> elements;
  JsonReader reader(stored);
  if (!reader.take('[')) return failure("22P02", "malformed stored array");
  if (reader.take(']')) return elements;
  do {
    HF_TRY(ArrayElement element, read_element(reader));
    elements.push_back(std::move(element));
  } while (reader.take(','));
  if (!reader.take(']')) return reader.error();
  return elements;
}

Result<std::vector<Stored>> flat_elements(std::string_view stored) {
  std::vector<Stored> elements;
  HF_CHECK(flatten(stored, 0, elements, nullptr));
  return elements;
}

std::string join_elements(const std::vector<ArrayElement>& elements) {
  std::string out = "[";
  for (const auto& element : elements) {
    if (out.size() > 1) out += ',';
    if (element.nested.empty()) {
      append_element(out, view_of(element.value));
    } else {
      out += element.nested;
    }
  }
  return out + ']';
}

void append_array_text(std::string& out, const Type& element, std::string_view stored) {
  append_text_elements(out, element, stored, 0);
}

void append_array_json(std::string& out, const Type& element, std::string_view stored) {
  append_json_elements(out, element, stored, 0);
}

int compare_arrays(const Type& element, std::string_view left, std::string_view right) {
  std::vector<Stored> a;
  std::vector<Stored> b;
  std::vector<std::size_t> a_sizes;
  std::vector<std::size_t> b_sizes;
  if (!flatten(left, 0, a, &a_sizes) || !flatten(right, 0, b, &b_sizes)) return left.compare(right);
  std::string a_bytes;
  std::string b_bytes;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const bool a_null = a[i].storage == Storage::null;
    const bool b_null = b[i].storage == Storage::null;
    if (a_null && b_null) continue;
    if (a_null != b_null) return a_null ? 1 : -1;
    const int order =
        compare(element, element_view(element, a[i], a_bytes), element_view(element, b[i], b_bytes));
    if (order != 0) return order;
  }
  if (a.size() != b.size()) return order_of(a.size(), b.size());
  if (a_sizes.size() != b_sizes.size()) return order_of(a_sizes.size(), b_sizes.size());
  for (std::size_t i = 0; i < a_sizes.size(); ++i) {
    if (a_sizes[i] != b_sizes[i]) return order_of(a_sizes[i], b_sizes[i]);
  }
  return 0;
}

}  // namespace holdfast::types
