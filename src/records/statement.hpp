#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "types/type.hpp"

namespace holdfast::records {

/// Where a statement's parameter gets its value from when the statement runs.
struct Parameter {
  enum class Source : std::uint8_t {
    literal,   ///< Request literal `index`, in the input form of `type`
    pattern,   ///< the same, with `*` for `%`
    list,      ///< the literal's list, as a JSON array of stored values
    elements,  ///< the literal is an array's text: a JSON array of its stored elements
    patterns,  ///< the same, with `*` for `%`
    limit,     ///< of the top level; -1 for none
    offset,    ///< of the top level
    keys,      ///< JSON array of the rowids that a write touched
    argument,  ///< argument `index` of a function call
    cell,      ///< column `index` of the row being written
  };
  Source source = Source::literal;
  int index = 0;
  types::Type type{};
};

/// SQL with its parameters: `$1` is the first of them.
struct Statement {
  std::string sql{};
  std::vector<Parameter> parameters{};

  /// Adds a parameter and gives its placeholder.
  std::string add(Parameter parameter) {
    parameters.push_back(std::move(parameter));
    return "$" + std::to_string(parameters.size());
  }
};

/// One column of a result.
struct OutputColumn {
  std::string name{};
  std::string key{};  ///< `"name":`, ready to write
  types::Type type{};
  bool is_json = false;  ///< an embed: JSON text already
};

[[nodiscard]] OutputColumn output_column(std::string name, types::Type type, bool is_json);

/// Parts joined by a separator; `empty` when there are none.
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator,
                               std::string_view empty = "");

}  // namespace holdfast::records
