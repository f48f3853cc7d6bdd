#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

namespace holdfast::base {
namespace {

TEST(PrometheusText, writes_families_and_escapes_labels_and_help) {
  std::string out;
  PrometheusText text(out);
  text.family("a_total", "counter", "Two\nlines \\ and \"quotes\".");
  text.sample(std::uint64_t{7});
  text.sample(std::uint64_t{8}, {{"path", "a\"b\\c\nd"}, {"method", "GET"}});
  text.gauge("b_seconds", "B.", 0.25);
  EXPECT_EQ(out,
            "# HELP a_total Two\\nlines \\\\ and \"quotes\".\n# TYPE a_total counter\na_total 7\n"
            "a_total{path=\"a\\\"b\\\\c\\nd\",method=\"GET\"} 8\n"
            "# HELP b_seconds B.\n# TYPE b_seconds gauge\nb_seconds 0.25\n");
}

TEST(PrometheusText, buckets_of_a_histogram_add_up) {
  Histogram<2> histogram({0.5, 2});
  for (const double value : {0.1, 0.5, 1.0, 3.0}) histogram.observe(value);
  std::string out;
  PrometheusText text(out);
  text.family("h", "histogram", "H.");
  text.histogram(histogram, {{"route", "rest"}});
  EXPECT_EQ(out,
            "# HELP h H.\n# TYPE h histogram\nh_bucket{route=\"rest\",le=\"0.5\"} 2\n"
            "h_bucket{route=\"rest\",le=\"2\"} 3\nh_bucket{route=\"rest\",le=\"+Inf\"} 4\n"
            "h_sum{route=\"rest\"} 4.6\nh_count{route=\"rest\"} 4\n");
}

TEST(Histogram, loses_nothing_when_threads_observe_together) {
  Histogram<1> histogram({1});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) histogram.observe(n % 2 == 0 ? 0.5 : 1.5);
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(histogram.counts(), (std::array<std::uint64_t, 2>{20'000, 20'000}));
  EXPECT_DOUBLE_EQ(histogram.sum(), 40'000);
}

TEST(ProcessFigures, are_those_of_this_process) {
  const auto figures = process_figures();
  EXPECT_GT(figures.resident_bytes, 1e5);
  EXPECT_GT(figures.virtual_bytes, figures.resident_bytes);
  EXPECT_GE(figures.threads, 1);
  EXPECT_GE(figures.open_files, 3);
  EXPECT_LE(figures.start_seconds, static_cast<double>(std::time(nullptr)) + 1);
  EXPECT_GT(figures.start_seconds, static_cast<double>(std::time(nullptr)) - 3600);
}

}  // namespace
}  // namespace holdfast::base
