#include "schema/ddl_names.hpp"

#include <algorithm>

namespace holdfast::schema::detail {
namespace {

constexpr std::size_t kMaxNameBytes = 63;

/// Cut to `bytes`, never inside a character.
std::string_view clipped(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

std::string joined_columns(const std::vector<std::string>& columns) {
  std::string text;
  for (const auto& column : columns) {
    if (!text.empty()) text += "_";
    text += column;
    if (text.size() > kMaxNameBytes) break;
  }
  return text;
}

template <class Exists>
std::string numbered(std::string_view first, std::string_view second, std::string_view label,
                     const Exists& exists) {
  auto name = object_name(first, second, label);
  for (int number = 1; exists(name); ++number) {
    name = object_name(first, second, std::string(label) + std::to_string(number));
  }
  return name;
}

bool table_has_relation(const Table& table, const QualifiedName& name) {
  if (table.name == name) return true;
  if (table.name.schema != name.schema) return false;
  const auto named = [&](const auto& item) { return item.name == name.name; };
  return (table.primary_key && table.primary_key->name == name.name) ||
         std::ranges::any_of(table.uniques, named) || std::ranges::any_of(table.text_indexes, named) ||
         std::ranges::any_of(table.indexes, [&](const Index& index) { return index.name == name; });
}

}  // namespace

std::string object_name(std::string_view first, std::string_view second, std::string_view label) {
  const auto overhead = label.size() + 1 + (second.empty() ? 0 : 1);
  const auto room = kMaxNameBytes - std::min(overhead, kMaxNameBytes);
  auto first_bytes = first.size();
  auto second_bytes = second.size();
  while (first_bytes + second_bytes > room) {
    if (first_bytes > second_bytes) {
      --first_bytes;
    } else {
      --second_bytes;
    }
  }
  std::string name(clipped(first, first_bytes));
  if (!second.empty()) name.append("_").append(clipped(second, second_bytes));
  return name.append("_").append(label);
}

bool relation_exists(const Catalogue& catalogue, const Table& pending, const QualifiedName& name) {
  if (table_has_relation(pending, name) || catalogue.sequences.contains(name) ||
      catalogue.partitions.contains(name)) {
    return true;
  }
  return std::ranges::any_of(catalogue.tables, [&](const auto& entry) {
    return entry.first != pending.name && table_has_relation(entry.second, name);
  });
}

bool constraint_exists(const Table& table, std::string_view name) {
  const auto named = [&](const auto& item) { return item.name == name; };
  return (table.primary_key && table.primary_key->name == name) ||
         std::ranges::any_of(table.uniques, named) || std::ranges::any_of(table.checks, named) ||
         std::ranges::any_of(table.foreign_keys, named);
}

std::string free_relation_name(const Catalogue& catalogue, const Table& table,
                               const std::vector<std::string>& columns, std::string_view label) {
  return numbered(table.name.name, joined_columns(columns), label, [&](const std::string& name) {
    return relation_exists(catalogue, table, {.schema = table.name.schema, .name = name});
  });
}

std::string free_constraint_name(const Catalogue& catalogue, const Table& table,
                                 const std::vector<std::string>& columns, std::string_view label) {
  return numbered(table.name.name, joined_columns(columns), label, [&](const std::string& name) {
    return constraint_exists(table, name) || std::ranges::any_of(catalogue.tables, [&](const auto& entry) {
             return entry.first.schema == table.name.schema && entry.first != table.name &&
                    constraint_exists(entry.second, name);
           });
  });
}

}  // namespace holdfast::schema::detail
