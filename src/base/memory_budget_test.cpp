#include "base/memory_budget.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace holdfast::base {
namespace {

constexpr std::size_t kLimit = 100'000;

TEST(MemoryBudget, is_shared_and_given_back) {
  MemoryBudget budget(kLimit);
  {
    MemoryShare one(budget);
    MemoryShare other(budget);
    EXPECT_TRUE(one.resize(60'000));
    EXPECT_FALSE(other.resize(60'000));
    EXPECT_EQ(other.bytes(), 0U);
    EXPECT_TRUE(one.resize(30'000));
    EXPECT_TRUE(other.resize(60'000));
    EXPECT_EQ(budget.used_bytes(), 90'000U);
  }
  EXPECT_EQ(budget.used_bytes(), 0U);
}

TEST(MemoryBudget, moves_with_its_holder) {
  MemoryBudget budget(kLimit);
  MemoryShare kept;
  {
    MemoryShare passing(budget);
    ASSERT_TRUE(passing.resize(50'000));
    kept = std::move(passing);
  }
  EXPECT_EQ(budget.used_bytes(), 50'000U);
}

TEST(MemoryBudget, tells_whether_waiting_helps) {
  const MemoryBudget budget(kLimit);
  EXPECT_EQ(budget.exhausted(kLimit + 1).code, "54000");
  EXPECT_EQ(budget.exhausted(5000).code, "53200");
  EXPECT_TRUE(budget.exhausted(5000).retryable);
}

TEST(MemoryBudget, does_not_count_what_is_little) {
  MemoryBudget budget(kLimit);
  MemoryShare share(budget);
  EXPECT_TRUE(share.resize(MemoryShare::kUncounted));
  EXPECT_EQ(budget.used_bytes(), 0U);
}

}  // namespace
}  // namespace holdfast::base
