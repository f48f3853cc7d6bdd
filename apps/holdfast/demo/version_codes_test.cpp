#include "demo/version_codes.hpp"

#include <gtest/gtest.h>

namespace holdfast::demo {
namespace {

using Known = std::vector<std::optional<int>>;
using Codes = std::vector<int>;

TEST(VersionCodes, rise_with_the_versions) { EXPECT_EQ(assign_codes(Known(3), {}), (Codes{100, 200, 300})); }

TEST(VersionCodes, stay_what_they_were) {
  EXPECT_EQ(assign_codes({100, 200}, {100, 200}), (Codes{100, 200}));
  EXPECT_EQ(assign_codes({100, std::nullopt}, {100}), (Codes{100, 200})) << "a newer version came";
}

TEST(VersionCodes, leave_room_for_an_older_version_that_turns_up_later) {
  EXPECT_EQ(assign_codes({std::nullopt, 100}, {100}), (Codes{50, 100}));
  EXPECT_EQ(assign_codes({100, std::nullopt, std::nullopt, 200}, {100, 200}), (Codes{100, 150, 175, 200}));
}

TEST(VersionCodes, go_above_versions_that_the_index_no_longer_has) {
  EXPECT_EQ(assign_codes(Known(1), {100, 200}), (Codes{300}));
}

TEST(VersionCodes, never_give_one_number_twice) {
  EXPECT_EQ(assign_codes({100, std::nullopt, 102}, {100, 101, 102}), (Codes{100, 200, 102}));
  EXPECT_EQ(assign_codes({1, std::nullopt, 5}, {1, 3, 5}), (Codes{1, 2, 5}));
}

}  // namespace
}  // namespace holdfast::demo
