#include "engine/memory_limit.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testing/temporary_folder.hpp"

namespace holdfast::engine {
namespace {

class MemoryLimit : public ::testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    const auto path = root_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  std::optional<std::size_t> limit() { return cgroup_memory_bytes(root_ / "cgroup", root_ / "self"); }

  base::testing::TemporaryFolder folder_;
  std::filesystem::path root_ = folder_.path();
};

TEST_F(MemoryLimit, is_the_least_of_the_groups_around_the_process) {
  write("self", "0::/shop/web");
  write("cgroup/shop/memory.max", "200000000");
  write("cgroup/shop/web/memory.max", "max");
  EXPECT_EQ(limit(), 200'000'000U);
  write("cgroup/shop/web/memory.max", "100000000");
  EXPECT_EQ(limit(), 100'000'000U);
}

TEST_F(MemoryLimit, is_found_where_the_group_s_own_folder_is_the_mount) {
  write("self", "0::/");
  write("cgroup/memory.max", "300000000");
  EXPECT_EQ(limit(), 300'000'000U);
}

TEST_F(MemoryLimit, of_version_1_is_found_too) {
  write("self", "4:memory:/shop\n0::/");
  write("cgroup/memory/shop/memory.limit_in_bytes", "150000000");
  EXPECT_EQ(limit(), 150'000'000U);
}

TEST_F(MemoryLimit, is_none_without_groups) {
  EXPECT_EQ(limit(), std::nullopt);
  Settings settings;
  settings.memory_limit = 123;
  EXPECT_LE(effective_memory_limit(settings), 123U);
}

}  // namespace
}  // namespace holdfast::engine
