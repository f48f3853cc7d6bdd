#include "schema/catalogue.hpp"

#include <algorithm>

namespace holdfast::schema {
namespace {

constexpr char kMark = '^';

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// Bits of the capitals, four letters a digit, the first letters in the last digit.
std::string capitals(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (std::size_t start = 0; start < name.size(); start += 4) {
    unsigned bits = 0;
    for (std::size_t i = start; i < std::min(start + 4, name.size()); ++i)
      bits |= static_cast<unsigned>(is_capital(name[i])) << (i - start);
    digits.insert(digits.begin(), kDigits[bits]);
  }
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

}  // namespace

std::string QualifiedName::engine_name() const {
  auto name_there = to_string();
  const bool plain =
      std::ranges::none_of(name_there, is_capital) && name_there.find(kMark) == std::string::npos;
  if (!plain) name_there += kMark + capitals(name_there);
  return name_there;
}

const Column* Table::find_column(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Column* Table::find_column(std::string_view column) {
  return const_cast<Column*>(std::as_const(*this).find_column(column));
}

const Table* Catalogue::find_table(const QualifiedName& name) const {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

Table* Catalogue::find_table(const QualifiedName& name) {
  return const_cast<Table*>(std::as_const(*this).find_table(name));
}

const Table* Catalogue::find_by_engine_name(std::string_view engine_name) const {
  const auto name = engine_name.substr(0, engine_name.rfind(kMark));
  // A name with a dot may be a table of another schema, or one of public that has a dot in its name.
  if (const auto* table = find_table({.schema = "public", .name = std::string(name)})) return table;
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    const QualifiedName qualified{.schema = std::string(name.substr(0, dot)),
                                  .name = std::string(name.substr(dot + 1))};
    if (const auto* table = find_table(qualified)) return table;
  }
  return nullptr;
}

}  // namespace holdfast::schema
