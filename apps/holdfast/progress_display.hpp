#pragma once

#include <string>

#include "engine/progress.hpp"

namespace holdfast::cli {

/// Progress on standard error: a bar that is drawn over itself on a terminal, a plain line for each step
/// elsewhere (at most one for each tenth of the work).
class ProgressDisplay {
 public:
  explicit ProgressDisplay(bool terminal) : terminal_(terminal) {}
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const engine::Progress& progress);

 private:
  void draw_bar(const engine::Progress& progress);
  void print_line(const engine::Progress& progress);

  bool terminal_;
  bool drawn_ = false;
  std::string what_;
  std::uint64_t tenth_ = 0;
};

/// `[#######.....]  58% import 38,000 of 66,000`, to `width` columns at most.
[[nodiscard]] std::string progress_bar(const engine::Progress& progress, std::size_t width);

}  // namespace holdfast::cli
