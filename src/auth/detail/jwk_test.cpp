#include "auth/detail/jwk.hpp"

#include <gtest/gtest.h>

#include "auth/detail/base64url.hpp"
#include "auth/detail/jwt.hpp"

namespace holdfast::auth::detail {
namespace {

// A key of 2048 bits that was made for this test, a token it signed, and a key of 1024 bits.
constexpr std::string_view kModulus =
    "oOh88ybtJSAD4v27CKi1O4OhK7AmoMilaSXlHHEpZUYtZUbuhzSGRqIUIKUn2omOYTLgpTyhBbqjsuyUy0_sTIjEyH"
    "LvsJkV7BNOoxAFQSH6cLkGcy7t1nasJeoF5I5ZMftBIWSTaBqZER6G904FWNTyIcs2ydV-uGiqizAT4d_daP9yriLW"
    "M0ezqH5PkT2yAzoHYZssvWC3zb17XD4WRs1F_Vlm3GYCH1M7hNMSuKCMcly8Q3Z4mgp9145QegT0b4pclA9E_M_c6m"
    "G9KL12VIBwN91MHCX-bhHE5Q_tWjnaI5uBl4rrpoOpxSXEnyBJy0d7_OsKfQB0eSZLu6G-kQ";
constexpr std::string_view kToken =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIiwic3ViIjoieCJ9.ChXOBpcwk"
    "96x9ZN66uaK41gGWW5-Wz2wS80kc_MwNJHSdpgkNjLdVSdWokryyHiTX935b2iqwgFTEo5-fBZFPjluucZKoq8vkUp"
    "tMYgWRRI7f4EjaylkQzkJ1MdEN0ozCN84vue6OT2HHGJpuTC4UO10IlvgWPoRAkLr7etgfTVcTGJc9G58dJ1Bdz8A1"
    "1w0aPqXK1bm124i-9_PBPpfjQQoK_TERKHAYcCfvbN4Ycx4zmynxNfm3rI2INA1gRaf1RqamSbkm8yJo0_WtL3s5Vl"
    "6nA3vY4Jxo6mZU6Z33Mf_Kzayy4ZZJEtpdqWZ4ZHiGdIQoZnioRjaiiVzwCMI8g";
constexpr std::string_view kShortModulus =
    "v6_MYHySMTAWY2gBfofRaE7CU8Q5FDCDlh3UnP_yUX4hVMZI-5GHs2dCYUBxID-3UT8fTyLc2UU0iYMyJRnJHTy8wj"
    "Si8QxpDfco5yoeRzMzjWbC1RFysYDGbugmU2G-HGCm0ZKXJM9jnNMKn8Aibq3Wrjksnz8OJosNvVvQDG8";

std::string rsa_set(std::string_view modulus, std::string_view more = R"(,"kid":"r1")") {
  return R"({"keys":[{"kty":"EC","crv":"P-256"},{"kty":"RSA","e":"AQAB","n":")" + std::string(modulus) +
         "\"" + std::string(more) + "}]}";
}

VerificationKeys keys_of(std::string_view text) {
  auto foreign = read_foreign_keys(text);
  EXPECT_TRUE(foreign.ok());
  return {.es256 = {}, .es256_key_id = {}, .hs256_secrets = foreign->hs256_secrets, .rs256 = foreign->rs256};
}

std::string code_of(std::string_view secret, std::string_view token) {
  const auto claims = verify_token(keys_of(secret), token);
  return claims.ok() ? "" : claims.error().code;
}

TEST(Jwk, an_RSA_key_of_a_set_verifies_RS256) {
  const auto claims = verify_token(keys_of(rsa_set(kModulus)), kToken);
  ASSERT_TRUE(claims.ok()) << claims.error().to_string();
  EXPECT_EQ(claims->role, "service_role");
  EXPECT_EQ(code_of(rsa_set(kModulus, ""), kToken), "");
  EXPECT_EQ(code_of(rsa_set(kModulus, R"(,"kid":"another")"), kToken), "PGRST301");
  std::string other(kToken);
  other[other.find('.') + 5] ^= 1;
  EXPECT_EQ(code_of(rsa_set(kModulus), other), "PGRST301");
}

TEST(Jwk, an_RSA_key_is_no_shared_secret) {
  EXPECT_TRUE(keys_of(rsa_set(kModulus)).hs256_secrets.empty());
  EXPECT_EQ(code_of("a secret of thirty-two characters", kToken), "PGRST301");
}

TEST(Jwk, a_text_is_a_secret_and_an_oct_key_is_one_decoded) {
  EXPECT_EQ(keys_of("a secret of thirty-two characters").hs256_secrets,
            std::vector<std::string>{"a secret of thirty-two characters"});
  const std::string oct = R"({"kty":"oct","k":")" + base64url_encode("shared") + "\"}";
  EXPECT_EQ(keys_of(oct).hs256_secrets, std::vector<std::string>{"shared"});
  EXPECT_EQ(code_of("", kToken), "PGRST300");
}

TEST(Jwk, what_is_no_set_of_usable_keys_is_refused) {
  for (const std::string& text :
       {std::string("{"), std::string(R"({"keys":[1]})"), std::string(R"({"kty":"oct","k":"*"})"),
        rsa_set(kShortModulus), rsa_set("*")}) {
    const auto keys = read_foreign_keys(text);
    ASSERT_FALSE(keys.ok()) << text;
    EXPECT_EQ(keys.error().code, "HF001") << text;
  }
}

}  // namespace
}  // namespace holdfast::auth::detail
