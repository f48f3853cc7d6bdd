#include "auth/authenticator.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include <atomic>
#include <thread>
#include <vector>

#include "auth/api_keys.hpp"
#include "auth/detail/test_tokens.hpp"
#include "auth/tokens.hpp"
#include "base/testing/temporary_folder.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::auth {
namespace {

constexpr std::int64_t kNow = 1'900'000'000;
constexpr std::string_view kUser = "1b671a64-40d5-491e-99b0-da01ff1f3341";

class Authentication : public ::testing::Test {
 protected:
  void SetUp() override {
    sql::SqliteOptions options;
    options.file = folder_.path() / "holdfast.db";
    auto opened = sql::open_sqlite(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    database_ = *std::move(opened);
    secrets_ = load_or_create_secrets(folder_.path()).value();
    ASSERT_TRUE(database_->exclusive(prepare_api_keys).ok());
    publishable_ = create_api_key(*database_, secrets_, KeyKind::publishable, "web").value();
    service_ = create_api_key(*database_, secrets_, KeyKind::service, "back office").value();
    start({});
  }

  void start(AuthOptions options) {
    options.clock = [this] { return std::chrono::sys_seconds(std::chrono::seconds(now_.load())); };
    authenticator_ = std::make_unique<Authenticator>(*database_, secrets_, std::move(options));
  }

  std::string role_or_code(std::string_view apikey, std::string_view authorization) {
    const auto principal = authenticator_->authenticate({apikey, authorization});
    return principal.ok() ? principal->role : principal.error().code;
  }
  std::string bearer(std::string_view claims) const {
    return "Bearer " + detail::hs256_token(secrets_.hs256_secret, claims);
  }

  base::testing::TemporaryFolder folder_;
  std::unique_ptr<sql::Database> database_;
  Secrets secrets_;
  std::string publishable_;
  std::string service_;
  std::atomic<std::int64_t> now_{kNow};
  std::unique_ptr<Authenticator> authenticator_;
};

TEST_F(Authentication, keys_alone_are_anon_and_service_role) {
  EXPECT_EQ(role_or_code(publishable_, ""), "anon");
  EXPECT_EQ(role_or_code(service_, ""), "service_role");
  const auto principal = authenticator_->authenticate({publishable_, ""}).value();
  EXPECT_EQ(principal.key_prefix, publishable_.substr(0, 15));
  EXPECT_EQ(principal.claims_json, R"({"role":"anon"})");
  EXPECT_EQ(principal.subject, "");
}

TEST_F(Authentication, a_bearer_that_equals_the_apikey_is_that_key_alone) {
  EXPECT_EQ(role_or_code(publishable_, "Bearer " + publishable_), "anon");
  EXPECT_EQ(role_or_code(service_, "bearer   " + service_ + " "), "service_role");
  EXPECT_EQ(role_or_code("", "Bearer " + service_), "service_role");
}

TEST_F(Authentication, a_token_decides_the_role_and_keeps_the_keys_prefix) {
  const auto token = create_token(secrets_, kUser, "authenticated", std::chrono::hours(1)).value();
  now_ =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  const auto principal = authenticator_->authenticate({service_, "Bearer " + token}).value();
  EXPECT_EQ(principal.role, "authenticated");
  EXPECT_EQ(principal.subject, kUser);
  EXPECT_EQ(principal.key_prefix, service_.substr(0, 15));
  EXPECT_EQ(role_or_code("", "Bearer " + token), "authenticated");
}

TEST_F(Authentication, a_token_without_a_role_is_authenticated_and_its_claims_say_so) {
  const auto principal = authenticator_->authenticate({publishable_, bearer(R"({"sub":"u"})")}).value();
  EXPECT_EQ(principal.role, "authenticated");
  EXPECT_EQ(principal.claims_json, R"({"role":"authenticated","sub":"u"})");
  EXPECT_EQ(authenticator_->authenticate({publishable_, bearer("{ }")})->claims_json,
            R"({"role":"authenticated"})");
}

TEST_F(Authentication, no_token_makes_its_bearer_the_system_or_an_unknown_role) {
  for (const char* role : {"holdfast", "postgres", "", "ANON", "service_role "})
    EXPECT_EQ(role_or_code(publishable_, bearer(R"({"role":")" + std::string(role) + R"("})")), "42501")
        << role;
  EXPECT_EQ(create_token(secrets_, kUser, "holdfast", std::chrono::hours(1)).error().code, "HF010");
}

TEST_F(Authentication, unknown_and_malformed_keys_are_refused) {
  std::string other = publishable_;
  other.back() = other.back() == 'a' ? 'b' : 'a';
  for (const std::string& key :
       {other, publishable_ + "a", publishable_.substr(0, 15), std::string("hf_pub_"),
        "hf_svc_" + publishable_.substr(7), std::string(100'000, 'x')}) {
    EXPECT_EQ(role_or_code(key, ""), "HF007");
    EXPECT_EQ(role_or_code(key, bearer("{}")), "HF007") << "a good token does not make up for a bad key";
  }
}

TEST_F(Authentication, without_credentials_there_is_no_caller_unless_that_is_allowed) {
  EXPECT_EQ(role_or_code("", ""), "PGRST302");
  EXPECT_EQ(role_or_code("  ", "Basic dTpw"), "PGRST302");
  EXPECT_EQ(role_or_code("", "Bearer "), "PGRST301");
  EXPECT_EQ(role_or_code("", "Bearerx"), "PGRST302");
  start({.audience = {}, .jwt_secret = {}, .allow_no_key = true});
  EXPECT_EQ(role_or_code("", ""), "anon");
  EXPECT_EQ(role_or_code("", "Bearer nonsense"), "PGRST301");
}

TEST_F(Authentication, a_second_secret_is_accepted_where_it_is_set) {
  const std::string token =
      "Bearer " + detail::hs256_token("the secret of another issuer, long enough", "{}");
  EXPECT_EQ(role_or_code(publishable_, token), "PGRST301");
  start({.audience = {}, .jwt_secret = "the secret of another issuer, long enough"});
  EXPECT_EQ(role_or_code(publishable_, token), "authenticated");
}

TEST_F(Authentication, created_tokens_pass_the_audience_they_were_made_for) {
  now_ =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  start({.audience = "api", .jwt_secret = {}});
  const auto make = [&](std::string_view audience) {
    return "Bearer " + create_token(secrets_, kUser, "anon", std::chrono::hours(1), audience).value();
  };
  EXPECT_EQ(role_or_code("", make("api")), "anon");
  EXPECT_EQ(role_or_code("", make("")), "PGRST303");
}

TEST_F(Authentication, a_cached_token_expires_on_time) {
  const std::string token = bearer(R"({"exp":)" + std::to_string(kNow + 10) + "}");
  EXPECT_EQ(role_or_code(publishable_, token), "authenticated");
  now_ = kNow + 39;
  EXPECT_EQ(role_or_code(publishable_, token), "authenticated") << "within the leeway";
  now_ = kNow + 40;
  EXPECT_EQ(role_or_code(publishable_, token), "PGRST303");
}

TEST_F(Authentication, a_revoked_key_is_refused_once_it_is_forgotten) {
  EXPECT_EQ(role_or_code(publishable_, ""), "anon");
  ASSERT_TRUE(revoke_api_key(*database_, publishable_.substr(0, 15)).ok());
  authenticator_->forget_keys();
  EXPECT_EQ(role_or_code(publishable_, ""), "HF007");
  EXPECT_EQ(role_or_code(service_, ""), "service_role");
}

TEST_F(Authentication, a_revoked_key_does_not_come_back_while_others_ask_for_it) {
  for (int round = 0; round < 20; ++round) {
    const auto key = create_api_key(*database_, secrets_, KeyKind::service, "short-lived").value();
    std::atomic<bool> stop{false};
    std::vector<std::thread> askers;
    for (int i = 0; i < 3; ++i)
      askers.emplace_back([&] {
        while (!stop) role_or_code(key, "");
      });
    ASSERT_TRUE(revoke_api_key(*database_, key.substr(0, 15)).ok());
    authenticator_->forget_keys();
    EXPECT_EQ(role_or_code(key, ""), "HF007");
    stop = true;
    for (auto& asker : askers) asker.join();
    EXPECT_EQ(role_or_code(key, ""), "HF007");
  }
}

TEST_F(Authentication, the_cache_is_bounded_and_forgets_nothing_that_matters) {
  start({.audience = {}, .jwt_secret = {}, .allow_no_key = false, .leeway_seconds = 30, .cache_entries = 64});
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(role_or_code("", bearer(R"({"sub":")" + std::to_string(i) + R"("})")), "authenticated");
  EXPECT_EQ(authenticator_->authenticate({"", bearer(R"({"sub":"7"})")})->subject, "7");
}

TEST_F(Authentication, a_remembered_credential_costs_little) {
  const auto token = bearer(R"({"sub":"1b671a64-40d5-491e-99b0-da01ff1f3341","role":"authenticated"})");
  constexpr int kRounds = 100'000;
  const auto start_time = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) ASSERT_TRUE(authenticator_->authenticate({publishable_, token}).ok());
  const auto each = (std::chrono::steady_clock::now() - start_time) / kRounds;
  RecordProperty("nanoseconds_a_hit", std::to_string(each.count()));
  const bool sanitized = std::getenv("HOLDFAST_SANITIZED") != nullptr;
  EXPECT_LT(each, std::chrono::microseconds(sanitized ? 500 : 20))
      << "ten times what it takes on an idle machine";
}

TEST_F(Authentication, only_a_hash_of_a_key_is_stored_and_lists_show_the_prefix) {
  const auto keys = list_api_keys(*database_).value();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].name, "web");
  EXPECT_EQ(keys[0].prefix, publishable_.substr(0, 15));
  EXPECT_EQ(keys[1].kind, KeyKind::service);
  EXPECT_EQ(keys[1].created_at.size(), 20U);
  EXPECT_EQ(keys[1].revoked_at, "");
  const auto holds_key = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(auto rows, connection.prepare("SELECT hash, length(hash) FROM hf_api_keys"));
    while (true) {
      HF_TRY(const bool row, rows->step());
      if (!row) return {};
      EXPECT_EQ(rows->column(1).integer, 32);
      EXPECT_EQ(std::string(rows->column(0).bytes).find(publishable_.substr(7)), std::string::npos);
    }
  };
  EXPECT_TRUE(database_->read({.principal = base::Principal::system(), .request_id = {}}, holds_key).ok());
}

TEST_F(Authentication, keys_hashed_under_another_secret_are_unknown) {
  secrets_.key_hash_secret = std::string(64, 'a');
  start({});
  EXPECT_EQ(role_or_code(publishable_, ""), "HF007");
}

TEST_F(Authentication, revoking_what_is_not_there_says_so) {
  EXPECT_EQ(revoke_api_key(*database_, "hf_pub_00000000").error().code, "HF008");
}

TEST(Tokens, the_key_set_has_the_public_half_only) {
  const base::testing::TemporaryFolder folder;
  const auto secrets = load_or_create_secrets(folder.path()).value();
  const auto json = jwk_set(secrets).value();
  EXPECT_NE(json.find(secrets.es256_key_id), std::string::npos);
  EXPECT_EQ(json.find("\"d\""), std::string::npos);
}

}  // namespace
}  // namespace holdfast::auth
