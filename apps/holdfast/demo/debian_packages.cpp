#include "demo/debian_packages.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace holdfast::demo {
namespace {

constexpr std::array<std::string_view, kFieldCount> kFieldNames{
    "Package", "Version", "Maintainer", "Section", "Tag", "Description", "Filename", "Size", "SHA256"};

/// No line of a Packages file is this long; a file that is something else may have no lines at all.
constexpr std::size_t kLongestLine = 1U << 20U;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return x == y || std::tolower(x) == std::tolower(y); });
}

std::optional<Field> field_named(std::string_view name) {
  const auto found =
      std::ranges::find_if(kFieldNames, [&](auto known) { return equal_ignoring_case(known, name); });
  if (found == kFieldNames.end()) return std::nullopt;
  return static_cast<Field>(found - kFieldNames.begin());
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

PackagesParser::PackagesParser(OnStanza on_stanza, OnMalformed on_malformed)
    : on_stanza_(std::move(on_stanza)), on_malformed_(std::move(on_malformed)) {}

void PackagesParser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) {
      if (partial_.size() < kLongestLine) partial_ += bytes;
      return;
    }
    ++line_;
    if (partial_.empty()) {
      take_line(bytes.substr(0, end));
    } else {
      partial_ += bytes.substr(0, end);
      take_line(std::exchange(partial_, {}));
    }
    bytes.remove_prefix(end + 1);
  }
}

void PackagesParser::finish() {
  if (!partial_.empty()) {
    ++line_;
    take_line(std::exchange(partial_, {}));
  }
  end_stanza();
}

void PackagesParser::take_line(std::string_view line) {
  if (trimmed(line).empty()) return end_stanza();
  if (state_ == State::skipping) return;
  if (line.front() != ' ' && line.front() != '\t') return take_field(line);
  if (state_ == State::between) return refuse("A continuation line without a field before it");
  if (state_ == State::in_field) (stanza_.values[static_cast<std::size_t>(field_)] += '\n') += line.substr(1);
}

void PackagesParser::take_field(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  if (colon == std::string_view::npos || colon == 0 || name.find_first_of(" \t") != std::string_view::npos) {
    return refuse("Neither `Field: value` nor a continuation line");
  }
  if (state_ == State::between) stanza_.line = line_;
  const auto field = field_named(name);
  state_ = field ? State::in_field : State::in_other_field;
  if (!field) return;
  field_ = *field;
  auto& value = stanza_.values[static_cast<std::size_t>(field_)];
  if (!value.empty()) return refuse("The field " + std::string(name) + " stands twice in one stanza");
  value = trimmed(line.substr(colon + 1));
}

void PackagesParser::end_stanza() {
  if (state_ == State::in_field || state_ == State::in_other_field) on_stanza_(stanza_);
  for (auto& value : stanza_.values) value.clear();
  state_ = State::between;
}

void PackagesParser::refuse(std::string message) {
  on_malformed_(line_, std::move(message));
  state_ = State::skipping;
}

}  // namespace holdfast::demo
