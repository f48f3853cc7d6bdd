#include "base/line_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <vector>

#include "base/testing/temporary_folder.hpp"

namespace holdfast::base {
namespace {

class LineFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (folder_.path() / "access.log").string(); }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::ifstream file(path());
    for (std::string line; std::getline(file, line);) found.push_back(line);
    return found;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(LineFileTest, keeps_whole_lines_of_many_threads_and_appends) {
  for (int round = 0; round < 2; ++round) {
    auto file = LineFile::open(path());
    ASSERT_TRUE(file.ok());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int n = 0; n < 1000; ++n)
          (*file)->write(std::to_string(round) + "-" + std::to_string(t) + "-" + std::to_string(n));
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ((*file)->dropped(), 0U);
  }
  const auto found = lines();
  EXPECT_EQ(found.size(), 8000U);
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 8000U);
}

/// A pipe that nobody reads takes 64 KiB; the file beyond it must neither block nor grow.
TEST_F(LineFileTest, drops_and_counts_what_a_stuck_reader_does_not_take) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  std::fstream reader(path(), std::ios::in | std::ios::out);
  const std::string line(1023, 'x');
  {
    auto file = LineFile::open(path());
    ASSERT_TRUE(file.ok());
    for (int n = 0; n < 4096; ++n) (*file)->write(line);
    EXPECT_GT((*file)->dropped(), 1500U);
    const auto arrives = 4096 - (*file)->dropped();
    std::string got;
    for (std::uint64_t n = 0; n < arrives; ++n) ASSERT_TRUE(std::getline(reader, got)) << n;
    EXPECT_EQ(got, line);
  }
}

TEST_F(LineFileTest, says_what_cannot_be_opened) {
  const auto file = LineFile::open((folder_.path() / "no/such/access.log").string());
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, "58030");
}

}  // namespace
}  // namespace holdfast::base
