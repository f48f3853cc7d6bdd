#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "records/cursor.hpp"
#include "records/request.hpp"

namespace holdfast::records {

/// Reads a column, relation or alias: `"any thing"`, or letters, digits, `_ $ -` and inner blanks.
Result<std::string> parse_name(Cursor& cursor);
/// As parse_name, without dashes: types, languages, function names.
Result<std::string> parse_identifier(Cursor& cursor);
/// `name->a->>0`, with blanks around it.
Result<Field> parse_field(Cursor& cursor);
/// The `->a->>0` part; nothing where there is none.
Result<std::vector<JsonStep>> parse_json_path(Cursor& cursor);
/// `"a\"b"`, from its opening quote on.
Result<std::string> parse_quoted(Cursor& cursor);

/// The elements of `select=`.
Result<std::vector<SelectItem>> parse_select(std::string_view text);
/// The terms of `order=`.
Result<std::vector<OrderTerm>> parse_order(std::string_view text);
/// `a,b` of `columns=` and `on_conflict=`.
Result<std::vector<std::string>> parse_columns(std::string_view text, std::string_view parameter);

/// Collects literals while conditions are read, and writes their shape: the text without the literals.
struct LiteralSink {
  std::vector<Literal>& literals;
  std::string& shape;
};
/// `not.eq.5`: the operator and literal of `field=`.
Result<Filter> parse_filter(std::string_view text, LiteralSink sink);
/// `(a.eq.1,or(...))` after `operation`, which is `and`, `or`, `not.and` or `not.or`.
Result<Condition> parse_logic(std::string_view operation, std::string_view text, LiteralSink sink);

}  // namespace holdfast::records
