#include "table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace holdfast::cli {
namespace {

/// Code points, which is what most terminals give a column each.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02X",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      line += escape.data();
    } else {
      line += c;
    }
  }
  return line;
}

void append_line(std::string& out, const std::vector<std::string>& cells,
                 const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += " | ";
    out += cells[i];
    if (i + 1 < cells.size()) out.append(widths[i] - width_of(cells[i]), ' ');
  }
  out += '\n';
}

std::string csv_cell(const std::string& text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string to_text(const Table& table) {
  std::vector<std::vector<std::string>> lines{table.columns};
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const auto& cell : row) line.push_back(cell ? on_one_line(*cell) : std::string());
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));

  std::string out;
  append_line(out, lines.front(), widths);
  for (std::size_t i = 0; i < widths.size(); ++i) (out += i > 0 ? "-+-" : "").append(widths[i], '-');
  out += '\n';
  for (std::size_t i = 1; i < lines.size(); ++i) append_line(out, lines[i], widths);
  return out + "(" + std::to_string(table.rows.size()) + (table.rows.size() == 1 ? " row)\n" : " rows)\n");
}

std::string to_csv(const Table& table) {
  std::string out;
  const auto append = [&out](std::size_t i, const std::string& cell) {
    if (i > 0) out += ',';
    out += cell;
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) append(i, csv_cell(table.columns[i]));
  out += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) append(i, row[i] ? csv_cell(*row[i]) : std::string());
    out += '\n';
  }
  return out;
}

}  // namespace holdfast::cli
