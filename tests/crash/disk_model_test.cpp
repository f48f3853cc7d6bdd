#include "support/disk_model.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::testing {
namespace {

using Kind = DiskEvent::Kind;

DiskEvent write(std::uint64_t offset, std::string bytes) {
  return {.kind = Kind::write, .file = 0, .offset = offset, .bytes = std::move(bytes)};
}
DiskEvent sync(std::uint64_t events_before) {
  return {.kind = Kind::sync, .file = 0, .offset = events_before};
}

DiskModel disk_with(std::string content) {
  DiskImage image;
  image["f"] = std::move(content);
  return DiskModel(image);
}

/// Every disk that many power losses leave of one file.
std::set<std::string> outcomes(const DiskModel& disk, int losses = 2000) {
  std::set<std::string> contents;
  Random random(1);
  for (int i = 0; i < losses; ++i) contents.insert(disk.lose_power(random).at("f"));
  return contents;
}

TEST(DiskModel, keeps_what_was_synced_whatever_comes_later) {
  auto disk = disk_with("old");
  disk.apply(write(0, "new"));
  disk.apply(sync(1));
  EXPECT_EQ(outcomes(disk), std::set<std::string>{"new"});
}

TEST(DiskModel, may_lose_and_may_keep_what_was_not_synced) {
  auto disk = disk_with("old");
  disk.apply(write(0, "new"));
  EXPECT_EQ(outcomes(disk), (std::set<std::string>{"old", "new"}));
}

TEST(DiskModel, tears_between_sectors_and_reorders_but_never_inside_one) {
  auto disk = disk_with(std::string(1024, 'a'));
  disk.apply(write(0, std::string(1024, 'b')));
  const auto half = [](char first, char second) {
    return std::string(512, first) + std::string(512, second);
  };
  EXPECT_EQ(outcomes(disk),
            (std::set<std::string>{half('a', 'a'), half('a', 'b'), half('b', 'a'), half('b', 'b')}));
}

TEST(DiskModel, makes_nothing_durable_that_was_written_after_the_sync_began) {
  auto disk = disk_with("a");
  disk.apply(write(0, "b"));
  disk.apply(write(0, "c"));
  disk.apply(sync(1));
  EXPECT_EQ(outcomes(disk), (std::set<std::string>{"b", "c"}));
}

TEST(DiskModel, grows_a_file_with_what_nobody_wrote) {
  auto disk = disk_with("");
  disk.apply(write(0, "x"));
  const auto contents = outcomes(disk);
  EXPECT_TRUE(contents.contains(""));
  EXPECT_TRUE(contents.contains("x"));
  EXPECT_TRUE(contents.contains(std::string(1, '\0')));
  EXPECT_GT(contents.size(), 3U);  // garbage
}

TEST(DiskModel, does_not_trust_a_sync_that_follows_a_failed_one) {
  auto disk = disk_with("old");
  disk.apply(write(0, "new"));
  disk.apply({.kind = Kind::failed_sync, .file = 0});
  disk.apply(sync(2));
  EXPECT_EQ(outcomes(disk), (std::set<std::string>{"old", "new"}));
  disk.apply(write(0, "now"));
  disk.apply(sync(4));
  EXPECT_EQ(outcomes(disk), std::set<std::string>{"now"});
}

TEST(DiskModel, knows_a_name_for_sure_only_when_its_folder_was_synced) {
  DiskModel disk(DiskImage{});
  disk.apply({.kind = Kind::create, .file = 0, .name = "f"});
  disk.apply(write(0, "x"));
  disk.apply(sync(2));
  Random random(1);
  std::set<std::size_t> counts;
  for (int i = 0; i < 200; ++i) counts.insert(disk.lose_power(random).size());
  EXPECT_EQ(counts, (std::set<std::size_t>{0, 1}));
  disk.apply({.kind = Kind::sync_folder, .offset = 3});
  EXPECT_EQ(outcomes(disk), std::set<std::string>{"x"});
  disk.apply({.kind = Kind::unlink, .name = "f"});
  for (int i = 0; i < 200; ++i) counts.insert(disk.lose_power(random).size());
  EXPECT_EQ(counts, (std::set<std::size_t>{0, 1}));
}

}  // namespace
}  // namespace holdfast::testing
