// Holds to: no bytes crash the reader of tokens, none that we did not sign pass, and what we sign reads back
// as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/detail/jwt.hpp"
#include "auth/detail/test_tokens.hpp"

namespace {

using namespace holdfast::auth::detail;

const std::string kSecret = "a secret that no input has, of good length";

const VerificationKeys& keys() {
  static const VerificationKeys made{
      .es256 = EcKey::generate().value(), .es256_key_id = "k", .hs256_secrets = {kSecret}};
  return made;
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(!verify_token(keys(), bytes).ok());
  const auto claims = verify_token(keys(), hs256_token(kSecret, bytes));
  if (!claims.ok()) return 0;
  check(claims->json == bytes);
  static_cast<void>(
      check_claims(*claims, {.audience = "api", .leeway = std::chrono::seconds(30)}, 1'900'000'000).ok());
  return 0;
}
