#include "demo/version_codes.hpp"

#include <algorithm>

namespace holdfast::demo {
namespace {

int code_above_all(int floor, const std::set<int>& taken) {
  const int top = taken.empty() ? floor : std::max(floor, *taken.rbegin());
  return (top / kCodeStep + 1) * kCodeStep;
}

int code_between(int floor, std::optional<int> ceiling, const std::set<int>& taken) {
  if (!ceiling) return code_above_all(floor, taken);
  for (int code = floor + (*ceiling - floor) / 2; code > floor; --code) {
    if (!taken.contains(code)) return code;
  }
  for (int code = floor + (*ceiling - floor) / 2 + 1; code < *ceiling; ++code) {
    if (!taken.contains(code)) return code;
  }
  return code_above_all(floor, taken);
}

}  // namespace

std::vector<int> assign_codes(const std::vector<std::optional<int>>& known, std::set<int> taken) {
  std::vector<int> codes;
  int floor = 0;
  for (auto at = known.begin(); at != known.end(); ++at) {
    const auto newer = std::find_if(at + 1, known.end(), [](const auto& code) { return code.has_value(); });
    const auto ceiling = newer == known.end() ? std::nullopt : *newer;
    codes.push_back(*at ? **at : code_between(floor, ceiling, taken));
    taken.insert(codes.back());
    floor = std::max(floor, codes.back());
  }
  return codes;
}

}  // namespace holdfast::demo
