#include "base/metrics.hpp"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace holdfast::base {
namespace {

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
}

std::string first_line_of(const char* path) {
  std::string line;
  std::getline(std::ifstream(path), line);
  return line;
}

/// Seconds since 1970 at which the machine was started.
double boot_seconds() {
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return 0;
}

}  // namespace

void PrometheusText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_.append("# HELP ").append(name).append(" ");
  append_escaped(out_, help, false);
  out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void PrometheusText::begin_sample(std::string_view suffix, Labels labels, std::string_view bound) {
  out_.append(name_).append(suffix);
  std::string_view before = "{";
  for (const auto& [name, value] : labels) {
    out_.append(before).append(name).append("=\"");
    append_escaped(out_, value, true);
    out_ += '"';
    before = ",";
  }
  if (!bound.empty()) {
    out_.append(before).append("le=\"").append(bound).append("\"");
    before = ",";
  }
  out_.append(before == "," ? "} " : " ");
}

void PrometheusText::sample(double value, Labels labels) {
  begin_sample("", labels);
  append_number(out_, value);
  out_ += '\n';
}

void PrometheusText::sample(std::uint64_t value, Labels labels) {
  begin_sample("", labels);
  out_.append(std::to_string(value)).append("\n");
}

void PrometheusText::write_histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts,
                                     double sum, Labels labels) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    std::string bound;
    append_number(bound, i < bounds.size() ? bounds[i] : INFINITY);
    begin_sample("_bucket", labels, bound);
    out_.append(std::to_string(total)).append("\n");
  }
  begin_sample("_sum", labels);
  append_number(out_, sum);
  out_ += '\n';
  begin_sample("_count", labels);
  out_.append(std::to_string(total)).append("\n");
}

ProcessFigures process_figures() {
  ProcessFigures figures;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto line = first_line_of("/proc/self/stat");
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return figures;
  // proc(5): after the name in parentheses comes field 3.
  std::istringstream rest(line.substr(name_end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(std::move(field));
  const auto field = [&](std::size_t number) {
    return number - 3 < fields.size() ? std::strtod(fields[number - 3].c_str(), nullptr) : 0.0;
  };
  figures.cpu_seconds = (field(14) + field(15)) / ticks;
  figures.threads = field(20);
  figures.start_seconds = boot_seconds() + field(22) / ticks;
  figures.virtual_bytes = field(23);
  figures.resident_bytes = field(24) * static_cast<double>(sysconf(_SC_PAGESIZE));
  std::error_code unreadable;
  for (std::filesystem::directory_iterator file("/proc/self/fd", unreadable), end; file != end;
       file.increment(unreadable))
    ++figures.open_files;
  return figures;
}

}  // namespace holdfast::base
