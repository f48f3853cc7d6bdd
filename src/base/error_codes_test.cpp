#include "base/error_codes.hpp"

#include <gtest/gtest.h>

namespace holdfast::base {
namespace {

TEST(ErrorCodes, a_listed_code_has_its_own_status) {
  EXPECT_EQ(http_status("23505", false), 409);
  EXPECT_EQ(http_status("PGRST116", false), 406);
}

TEST(ErrorCodes, missing_privilege_asks_the_anonymous_to_log_in) {
  EXPECT_EQ(http_status("42501", true), 401);
  EXPECT_EQ(http_status("42501", false), 403);
}

TEST(ErrorCodes, an_unlisted_sqlstate_takes_the_status_of_its_class) {
  EXPECT_EQ(http_status("08006", false), 503);
  EXPECT_EQ(http_status("22P99", false), 400);
  EXPECT_EQ(http_status("99999", false), 400);
  EXPECT_EQ(http_status("XX001", false), 500);
}

}  // namespace
}  // namespace holdfast::base
