#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::base {

/// Counts how often values fell below each bound. observe() is a few relaxed additions: any thread, and a
/// reader may see one observation in part.
template <std::size_t Bounds>
class Histogram {
 public:
  /// `bounds` rise; a value belongs to the first that is not below it.
  explicit constexpr Histogram(const std::array<double, Bounds>& bounds) : bounds_(bounds) {}

  void observe(double value) {
    std::size_t bucket = 0;
    while (bucket < Bounds && value > bounds_[bucket]) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_nanos_.fetch_add(static_cast<std::int64_t>(value * 1e9), std::memory_order_relaxed);
  }

  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  /// One a bound, and those beyond the last.
  [[nodiscard]] std::array<std::uint64_t, Bounds + 1> counts() const {
    std::array<std::uint64_t, Bounds + 1> copy{};
    for (std::size_t i = 0; i <= Bounds; ++i) copy[i] = counts_[i].load(std::memory_order_relaxed);
    return copy;
  }
  [[nodiscard]] double sum() const {
    return static_cast<double>(sum_nanos_.load(std::memory_order_relaxed)) / 1e9;
  }

 private:
  std::array<double, Bounds> bounds_;
  std::array<std::atomic<std::uint64_t>, Bounds + 1> counts_{};
  /// Fixed point, because adding to a shared double is a loop.
  std::atomic<std::int64_t> sum_nanos_ = 0;
};

/// Seconds since it was made.
class StopWatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// Writes Prometheus' text form, version 0.0.4:
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
class PrometheusText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit PrometheusText(std::string& out) : out_(out) {}

  /// Begins a family; its samples follow before the next one begins. `type`: counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});

  template <std::size_t Bounds>
  void histogram(const Histogram<Bounds>& histogram, Labels labels = {}) {
    const auto counts = histogram.counts();
    write_histogram(histogram.bounds(), counts, histogram.sum(), labels);
  }
  /// Of counts that were added up elsewhere; one more count than bounds.
  void write_histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum,
                       Labels labels);

  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help);
    sample(value);
  }
  void gauge(std::string_view name, std::string_view help, double value) {
    family(name, "gauge", help);
    sample(value);
  }

 private:
  void begin_sample(std::string_view suffix, Labels labels, std::string_view bound = {});

  std::string& out_;
  std::string name_;
};

/// What the system knows of this process; zero where it does not say.
struct ProcessFigures {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double start_seconds = 0;  ///< since 1970
  double open_files = 0;
  double threads = 0;
};
/// Reads /proc.
[[nodiscard]] ProcessFigures process_figures();

}  // namespace holdfast::base
