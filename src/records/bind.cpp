#include "records/bind.hpp"

#include <algorithm>
#include <charconv>

#include "base/json_writer.hpp"

namespace holdfast::records {
namespace {

using Storage = types::Stored::Storage;
using Source = Parameter::Source;

types::Stored stored_text(std::string text) { return {.storage = Storage::text, .bytes = std::move(text)}; }
types::Stored stored_integer(std::int64_t number) { return {.storage = Storage::integer, .integer = number}; }

std::string starred(std::string text) {
  std::ranges::replace(text, '*', '%');
  return text;
}

void append_stored(std::string& json, const types::Stored& value) {
  switch (value.storage) {
    case Storage::null:
      json += "null";
      break;
    case Storage::integer:
      json += std::to_string(value.integer);
      break;
    case Storage::real: {
      char digits[32];
      const auto end = std::to_chars(std::begin(digits), std::end(digits), value.real).ptr;
      json.append(digits, end);
      break;
    }
    default:
      base::append_json_string(json, value.bytes);
  }
}

Result<types::Stored> stored_list(const types::Type& type, const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const auto& text : texts) {
    HF_TRY(auto value, types::parse(type, text));
    if (json.size() > 1) json += ',';
    append_stored(json, value);
  }
  return stored_text(json + "]");
}

Result<types::Stored> bind_value(const Parameter& parameter, const BindSources& sources) {
  const auto index = static_cast<std::size_t>(parameter.index);
  switch (parameter.source) {
    case Source::literal:
      return types::parse(parameter.type, (*sources.literals)[index].text);
    case Source::pattern:
      return types::parse(parameter.type, starred((*sources.literals)[index].text));
    case Source::list:
      return stored_list(parameter.type, (*sources.literals)[index].list);
    case Source::elements:
      return types::parse(parameter.type.array_of(), (*sources.literals)[index].text);
    case Source::patterns:
      return types::parse(parameter.type.array_of(), starred((*sources.literals)[index].text));
    case Source::limit:
      return stored_integer(sources.range->limit.value_or(-1));
    case Source::offset:
      return stored_integer(sources.range->offset);
    case Source::keys:
      return stored_text(*sources.keys);
    case Source::argument:
      return (*sources.arguments)[index];
    case Source::cell:
      return (*sources.cells)[index];
  }
  return types::Stored{};
}

sql::ValueView value_view(const types::Stored& value) {
  switch (value.storage) {
    case Storage::integer:
      return sql::ValueView::of(value.integer);
    case Storage::real:
      return sql::ValueView::of(value.real);
    case Storage::text:
      return sql::ValueView::of(std::string_view(value.bytes));
    case Storage::blob:
      return sql::ValueView::of_blob(value.bytes);
    default:
      return sql::ValueView::of_null();
  }
}

}  // namespace

Result<std::vector<types::Stored>> bind_values(const std::vector<Parameter>& parameters,
                                               const BindSources& sources) {
  std::vector<types::Stored> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    HF_TRY(auto value, bind_value(parameter, sources));
    values.push_back(std::move(value));
  }
  return values;
}

Result<void> bind_all(sql::Statement& statement, const std::vector<types::Stored>& values) {
  // A parameter that the text does not use after all is not the statement's.
  const int most = std::min(statement.parameter_count(), static_cast<int>(values.size()));
  for (int i = 0; i < most; ++i)
    HF_CHECK(statement.bind(i + 1, value_view(values[static_cast<std::size_t>(i)])));
  return {};
}

Result<types::Stored> stored_cell(const types::Type& type, const Cell& cell) {
  if (cell.kind == Cell::Kind::json) return types::parse_json(type, cell.text);
  if (cell.kind == Cell::Kind::text) return types::parse(type, cell.text);
  return types::Stored{};
}

types::StoredView stored_view(const sql::ValueView& value) {
  static_assert(static_cast<int>(sql::ValueKind::blob) == static_cast<int>(Storage::blob));
  return {static_cast<Storage>(value.kind), value.integer, value.real, value.bytes};
}

types::StoredView stored_view(const types::Stored& value) {
  return {value.storage, value.integer, value.real, value.bytes};
}

std::string json_array_of(const std::vector<std::int64_t>& numbers) {
  std::string json = "[";
  for (const auto number : numbers) {
    if (json.size() > 1) json += ',';
    json += std::to_string(number);
  }
  return json + "]";
}

Result<std::vector<std::int64_t>> select_integers(sql::Connection& connection, const Statement& statement,
                                                  const BindSources& sources) {
  HF_TRY(const auto values, bind_values(statement.parameters, sources));
  HF_TRY(auto prepared, connection.prepare(statement.sql));
  HF_CHECK(bind_all(*prepared, values));
  std::vector<std::int64_t> numbers;
  while (true) {
    HF_TRY(const bool more, prepared->step());
    if (!more) return numbers;
    numbers.push_back(prepared->column(0).integer);
  }
}

}  // namespace holdfast::records
