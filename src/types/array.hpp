#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "types/codec.hpp"
#include "types/type.hpp"

namespace holdfast::types {

// Arrays are stored as JSON arrays of stored forms: integers and reals bare (infinite ones as 9e999), texts
// as JSON strings, bytea as a string `\x...`, null as null. Several dimensions are nested arrays.

/// One element of a stored array, or a nested array.
struct ArrayElement {
  Stored value;
  std::string_view nested{};  ///< the JSON of a nested array; empty for a plain element
};

/// `{a,"b c",NULL}` -> stored form. 22P02, 54001.
Result<std::string> parse_array(const Type& element, std::string_view text);
/// A JSON array of JSON values (not stored forms) -> stored form.
Result<std::string> parse_json_array(const Type& element, std::string_view json);
/// The elements of the outer dimension. `stored` is what this room wrote; 22P02 for anything else.
Result<std::vector<ArrayElement>> array_elements(std::string_view stored);
/// All elements whatever the dimensions, as unnest gives them.
Result<std::vector<Stored>> flat_elements(std::string_view stored);
/// Appends a stored value as an element.
void append_element(std::string& out, const StoredView& value);
[[nodiscard]] std::string join_elements(const std::vector<ArrayElement>& elements);

void append_array_text(std::string& out, const Type& element, std::string_view stored);
void append_array_json(std::string& out, const Type& element, std::string_view stored);
[[nodiscard]] int compare_arrays(const Type& element, std::string_view left, std::string_view right);

[[nodiscard]] inline StoredView view_of(const Stored& value) {
  return {value.storage, value.integer, value.real, value.bytes};
}

}  // namespace holdfast::types
