#include "auth/detail/jwt.hpp"

#include <gtest/gtest.h>

#include "auth/detail/base64url.hpp"
#include "auth/detail/test_tokens.hpp"

namespace holdfast::auth::detail {
namespace {

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kClaims = R"({"sub":"u1","role":"authenticated"})";

class Jwt : public ::testing::Test {
 protected:
  EcKey key_ = EcKey::generate().value();
  VerificationKeys keys_{.es256 = key_, .es256_key_id = "k1", .hs256_secrets = {std::string(kSecret), ""}};

  std::string code_of(std::string_view token) const {
    const auto claims = verify_token(keys_, token);
    return claims.ok() ? "ok" : claims.error().code;
  }
  std::string code_of_claims(std::string_view claims) const { return code_of(hs256_token(kSecret, claims)); }
};

TEST_F(Jwt, hs256_and_es256_tokens_are_verified) {
  EXPECT_EQ(code_of(hs256_token(kSecret, kClaims)), "ok");
  EXPECT_EQ(code_of(es256_token(key_, kClaims)), "ok");
  EXPECT_EQ(code_of(es256_token(key_, kClaims, R"({"alg":"ES256","kid":"k1"})")), "ok");
}

TEST_F(Jwt, reads_the_token_of_rfc_7515_appendix_a_1) {
  const auto secret = base64url_decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  keys_.hs256_secrets = {*secret};
  const auto claims = verify_token(
      keys_,
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->expires_at, 1300819380);
}

TEST_F(Jwt, alg_none_is_refused_however_it_is_written) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string text = unsigned_text(R"({"alg":")" + std::string(alg) + R"("})", kClaims);
    EXPECT_EQ(code_of(text + "."), "PGRST301") << alg;
    EXPECT_EQ(code_of(text + ".AAAA"), "PGRST301") << alg;
  }
  EXPECT_EQ(code_of(unsigned_text(R"({"typ":"JWT"})", kClaims) + ".AAAA"), "PGRST301");
}

TEST_F(Jwt, hs256_signed_with_the_public_key_is_refused) {
  const std::string x = key_.public_x().value();
  const std::string y = key_.public_y().value();
  for (const auto& secret : {x + y, "\x04" + x + y, base64url_encode(x), key_.private_pem().value()})
    EXPECT_EQ(code_of(hs256_token(secret, kClaims)), "PGRST301");
}

TEST_F(Jwt, an_empty_secret_is_no_secret) { EXPECT_EQ(code_of(hs256_token("", kClaims)), "PGRST301"); }

TEST_F(Jwt, a_signature_under_another_algorithms_name_is_refused) {
  const std::string text = unsigned_text(R"({"alg":"ES256"})", kClaims);
  EXPECT_EQ(code_of(text + "." + base64url_encode(hmac_sha256(kSecret, text))), "PGRST301");
  const std::string other = unsigned_text(R"({"alg":"HS256"})", kClaims);
  EXPECT_EQ(code_of(other + "." + base64url_encode(key_.sign(other).value())), "PGRST301");
  EXPECT_EQ(code_of(hs256_token(kSecret, kClaims, R"({"alg":"HS512"})")), "PGRST301");
  EXPECT_EQ(code_of(es256_token(key_, kClaims, R"({"alg":"RS256"})")), "PGRST301");
}

TEST_F(Jwt, another_key_and_a_wrong_key_id_are_refused) {
  EXPECT_EQ(code_of(es256_token(EcKey::generate().value(), kClaims)), "PGRST301");
  EXPECT_EQ(code_of(es256_token(key_, kClaims, R"({"alg":"ES256","kid":"k2"})")), "PGRST301");
  EXPECT_EQ(code_of(es256_token(key_, kClaims, R"({"alg":"ES256","kid":7})")), "PGRST301");
  EXPECT_EQ(code_of(hs256_token("another secret of some length....", kClaims)), "PGRST301");
}

TEST_F(Jwt, degenerate_signatures_are_refused) {
  const std::string text = unsigned_text(R"({"alg":"ES256"})", kClaims);
  EXPECT_EQ(code_of(text + "." + base64url_encode(std::string(64, '\0'))), "PGRST301");
  EXPECT_EQ(code_of(text + "." + base64url_encode(std::string(64, '\xff'))), "PGRST301");
  EXPECT_EQ(code_of(text + "." + base64url_encode(std::string(63, 'a'))), "PGRST301");
  EXPECT_EQ(code_of(text + "."), "PGRST301");
}

TEST_F(Jwt, a_changed_payload_is_refused) {
  std::string token = hs256_token(kSecret, kClaims);
  const auto dot = token.find('.');
  token.replace(dot + 1, token.rfind('.') - dot - 1, base64url_encode(R"({"role":"service_role"})"));
  EXPECT_EQ(code_of(token), "PGRST301");
}

TEST_F(Jwt, tokens_without_three_parts_are_refused) {
  for (const char* token : {"", ".", "..", "a.b", "a.b.c.d", "abc", "...."})
    EXPECT_EQ(code_of(token), "PGRST301") << token;
}

TEST_F(Jwt, only_canonical_base64url_is_read) {
  const std::string token = hs256_token(kSecret, kClaims);
  EXPECT_EQ(code_of(token + "="), "PGRST301");
  EXPECT_EQ(code_of(token + "\n"), "PGRST301");
  EXPECT_EQ(code_of(" " + token), "PGRST301");
  EXPECT_EQ(base64url_decode("AB"), std::nullopt) << "unused bits are set";
  EXPECT_EQ(base64url_decode("+/+/"), std::nullopt);
  EXPECT_EQ(base64url_decode("AAAA").value(), std::string(3, '\0'));
}

TEST_F(Jwt, huge_tokens_are_refused_unread) {
  const std::string claims = R"({"x":")" + std::string(kMaxTokenBytes, 'a') + R"("})";
  EXPECT_EQ(code_of_claims(claims), "PGRST301");
  EXPECT_EQ(code_of(std::string(1U << 20U, '.')), "PGRST301");
}

TEST_F(Jwt, what_is_not_a_json_object_is_refused) {
  for (const char* claims : {"", "[]", "1", "\"a\"", "{", "{}x", "{\"a\":1,}", "\xff\xfe"})
    EXPECT_EQ(code_of_claims(claims), "PGRST301") << claims;
  EXPECT_EQ(code_of(hs256_token(kSecret, kClaims, "[]")), "PGRST301");
  EXPECT_EQ(code_of_claims(std::string(3000, '[')), "PGRST301");
}

TEST_F(Jwt, critical_extensions_are_refused) {
  EXPECT_EQ(code_of(hs256_token(kSecret, kClaims, R"({"alg":"HS256","crit":["b64"],"b64":false})")),
            "PGRST301");
}

TEST_F(Jwt, claims_of_a_wrong_type_are_refused) {
  for (const char* claims : {R"({"exp":"soon"})", R"({"nbf":true})", R"({"iat":[]})", R"({"role":1})",
                             R"({"role":null})", R"({"sub":{}})", R"({"aud":1})", R"({"aud":["a",1]})"})
    EXPECT_EQ(code_of_claims(claims), "PGRST303") << claims;
}

TEST_F(Jwt, a_claim_that_stands_twice_is_refused) {
  EXPECT_EQ(code_of_claims(R"({"role":"anon","role":"service_role"})"), "PGRST303");
}

std::string checked(std::string_view claims_json, std::string_view audience = {}) {
  const auto key = EcKey::generate().value();
  const VerificationKeys keys{.es256 = key, .es256_key_id = {}, .hs256_secrets = {std::string(kSecret)}};
  const auto claims = verify_token(keys, hs256_token(kSecret, claims_json)).value();
  const auto result =
      check_claims(claims, {.audience = audience, .leeway = std::chrono::seconds(30)}, 1'000'000);
  return result.ok() ? "ok" : result.error().code;
}

TEST(JwtClaims, times_allow_for_the_leeway_and_no_more) {
  EXPECT_EQ(checked(R"({"exp":999971})"), "ok");
  EXPECT_EQ(checked(R"({"exp":999970})"), "PGRST303");
  EXPECT_EQ(checked(R"({"exp":-1})"), "PGRST303");
  EXPECT_EQ(checked(R"({"nbf":1000030})"), "ok");
  EXPECT_EQ(checked(R"({"nbf":1000031})"), "PGRST303");
  EXPECT_EQ(checked(R"({"iat":1000030})"), "ok");
  EXPECT_EQ(checked(R"({"iat":1000031})"), "PGRST303");
  EXPECT_EQ(checked(R"({"exp":1e300})"), "ok");
}

TEST(JwtClaims, the_audience_is_a_string_or_an_array_that_has_ours) {
  EXPECT_EQ(checked(R"({"aud":"api"})", "api"), "ok");
  EXPECT_EQ(checked(R"({"aud":["web","api"]})", "api"), "ok");
  EXPECT_EQ(checked(R"({"aud":"other"})", "api"), "PGRST303");
  EXPECT_EQ(checked(R"({"aud":["web"]})", "api"), "PGRST303");
  EXPECT_EQ(checked(R"({"aud":[]})", "api"), "PGRST303");
  EXPECT_EQ(checked(R"({})", "api"), "PGRST303");
  EXPECT_EQ(checked(R"({"aud":"anything"})"), "ok");
}

}  // namespace
}  // namespace holdfast::auth::detail
