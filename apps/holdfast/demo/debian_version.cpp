#include <algorithm>
#include <tuple>

#include "demo/debian_packages.hpp"

namespace holdfast::demo {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Where a character sorts among non-digits: `~` before the end of the text, letters before all others.
int weight(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  if (text[at] == '~') return -1;
  return is_letter(text[at]) ? text[at] : text[at] + 256;
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.size(), text.find_first_not_of("0123456789"));
  auto digits = text.substr(0, end);
  text.remove_prefix(end);
  digits.remove_prefix(std::min(digits.size(), digits.find_first_not_of('0')));
  return digits;
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

/// Stretches of non-digits and of digits, in turn.
int compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    std::size_t at = 0;
    while ((at < a.size() && !is_digit(a[at])) || (at < b.size() && !is_digit(b[at]))) {
      const int difference = weight(a, at) - weight(b, at);
      if (difference != 0) return difference;
      ++at;
    }
    a.remove_prefix(std::min(at, a.size()));
    b.remove_prefix(std::min(at, b.size()));
    const int difference = compare_numbers(take_digits(a), take_digits(b));
    if (difference != 0) return difference;
  }
  return 0;
}

/// `epoch:upstream-revision` in its three parts.
std::tuple<std::string_view, std::string_view, std::string_view> parts_of(std::string_view version) {
  std::string_view epoch = "0";
  if (const auto colon = version.find(':'); colon != std::string_view::npos) {
    epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const auto dash = version.rfind('-');
  if (dash == std::string_view::npos) return {epoch, version, "0"};
  return {epoch, version.substr(0, dash), version.substr(dash + 1)};
}

}  // namespace

int compare_versions(std::string_view left, std::string_view right) {
  const auto [left_epoch, left_upstream, left_revision] = parts_of(left);
  const auto [right_epoch, right_upstream, right_revision] = parts_of(right);
  if (const int c = compare_part(left_epoch, right_epoch); c != 0) return c;
  if (const int c = compare_part(left_upstream, right_upstream); c != 0) return c;
  return compare_part(left_revision, right_revision);
}

}  // namespace holdfast::demo
