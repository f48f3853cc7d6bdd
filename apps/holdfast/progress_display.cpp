#include "progress_display.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace holdfast::cli {
namespace {

constexpr std::size_t kBarCells = 24;

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string amount(const engine::Progress& progress) {
  if (progress.total == 0) return progress.done == 0 ? "" : " " + with_commas(progress.done);
  return " " + with_commas(progress.done) + " of " + with_commas(progress.total);
}

}  // namespace

std::string progress_bar(const engine::Progress& progress, std::size_t width) {
  std::string line;
  if (progress.total > 0) {
    const auto done = std::min(progress.done, progress.total);
    const auto filled = static_cast<std::size_t>(done * kBarCells / progress.total);
    const std::string percent = std::to_string(done * 100 / progress.total);
    line = "[" + std::string(filled, '#') + std::string(kBarCells - filled, '.') + "] " +
           std::string(3 - std::min<std::size_t>(3, percent.size()), ' ') + percent + "% ";
  }
  line += progress.what + amount(progress);
  if (line.size() > width) line.resize(width);
  return line;
}

void ProgressDisplay::show(const engine::Progress& progress) {
  terminal_ ? draw_bar(progress) : print_line(progress);
}

void ProgressDisplay::draw_bar(const engine::Progress& progress) {
  std::fprintf(stderr, "\r\x1b[K%s", progress_bar(progress, terminal_width() - 1).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressDisplay::print_line(const engine::Progress& progress) {
  const auto tenth = progress.total == 0 ? 0 : progress.done * 10 / progress.total;
  if (progress.what == what_ && tenth == tenth_) return;
  what_ = progress.what;
  tenth_ = tenth;
  std::fprintf(stderr, "%s%s\n", progress.what.c_str(), amount(progress).c_str());
}

ProgressDisplay::~ProgressDisplay() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
}

}  // namespace holdfast::cli
