#include "records/similarity.hpp"

#include <algorithm>

namespace holdfast::records {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string most_similar(std::string_view wanted, const std::vector<std::string>& names) {
  constexpr double kEnough = 0.75;
  constexpr std::size_t kLongest = 128;
  std::string best;
  double best_score = 0;
  if (wanted.size() > kLongest) return best;
  for (const auto& name : names) {
    const auto longest = static_cast<double>(std::max({name.size(), wanted.size(), std::size_t{1}}));
    const double score = 1 - static_cast<double>(edit_distance(wanted, name)) / longest;
    if (score < kEnough || score <= best_score) continue;
    best = name;
    best_score = score;
  }
  return best;
}

}  // namespace holdfast::records
