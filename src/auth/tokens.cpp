#include "auth/tokens.hpp"

#include "auth/detail/base64url.hpp"
#include "auth/detail/roles.hpp"
#include "auth/detail/signing.hpp"
#include "base/json_writer.hpp"

namespace holdfast::auth {
namespace {

std::string encoded_header(const Secrets& secrets) {
  std::string json;
  base::JsonWriter(json)
      .begin_object()
      .key("alg")
      .string("ES256")
      .key("typ")
      .string("JWT")
      .key("kid")
      .string(secrets.es256_key_id)
      .end_object();
  return detail::base64url_encode(json);
}

std::int64_t seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

}  // namespace

Result<std::string> create_token(const Secrets& secrets, std::string_view subject, std::string_view role,
                                 std::chrono::seconds ttl, std::string_view audience) {
  if (!detail::is_token_role(role))
    return Error{.code = "HF010",
                 .message = "no token may have the role '" + std::string(role) + "'",
                 .hint = "Roles are anon, authenticated and service_role."};
  if (subject.empty()) return Error{.code = "HF010", .message = "a token needs a subject"};
  if (ttl <= std::chrono::seconds::zero())
    return Error{.code = "HF010", .message = "a token must live for at least one second"};
  const std::int64_t now = seconds_now();
  std::string claims;
  base::JsonWriter writer(claims);
  writer.begin_object().key("sub").string(subject).key("role").string(role);
  if (!audience.empty()) writer.key("aud").string(audience);
  writer.key("iat").integer(now).key("exp").integer(now + ttl.count()).end_object();

  std::string token = encoded_header(secrets) + "." + detail::base64url_encode(claims);
  HF_TRY(const auto key, detail::EcKey::from_private_pem(secrets.es256_private_pem));
  HF_TRY(const std::string signature, key.sign(token));
  return token + "." + detail::base64url_encode(signature);
}

Result<std::string> jwk_set(const Secrets& secrets) {
  HF_TRY(const auto key, detail::EcKey::from_private_pem(secrets.es256_private_pem));
  HF_TRY(const std::string x, key.public_x());
  HF_TRY(const std::string y, key.public_y());
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object().key("keys").begin_array().begin_object();
  writer.key("kty").string("EC").key("crv").string("P-256").key("alg").string("ES256").key("use").string(
      "sig");
  writer.key("kid").string(secrets.es256_key_id);
  writer.key("x").string(detail::base64url_encode(x)).key("y").string(detail::base64url_encode(y));
  writer.end_object().end_array().end_object();
  return json;
}

}  // namespace holdfast::auth
