#include "auth/detail/jwk.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <simdjson.h>

#include "auth/detail/base64url.hpp"

namespace holdfast::auth::detail {
namespace {

namespace dom = simdjson::dom;

constexpr int kLeastRsaBits = 2048;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error bad_key(std::string details) {
  return {.code = "HF001",
          .message = "jwt_secret is not a JWK set",
          .details = std::move(details),
          .hint = "Give a secret, or a JWK set with keys of type oct or RSA."};
}

std::string_view text_of(dom::object key, std::string_view name) {
  std::string_view text;
  return key[name].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

Result<void> add_key(ForeignKeys& keys, dom::object key) {
  const auto kind = text_of(key, "kty");
  if (kind == "oct") {
    const auto secret = base64url_decode(text_of(key, "k"));
    if (!secret || secret->empty()) return bad_key("The k of an oct key is not base64url.");
    keys.hs256_secrets.push_back(*secret);
  } else if (kind == "RSA") {
    const auto modulus = base64url_decode(text_of(key, "n"));
    const auto exponent = base64url_decode(text_of(key, "e"));
    if (!modulus || !exponent) return bad_key("The n or e of an RSA key is not base64url.");
    HF_TRY(auto made, RsaKey::from_parts(*modulus, *exponent));
    keys.rs256.push_back({.key = std::move(made)});
    if (const auto id = text_of(key, "kid"); !id.empty()) keys.rs256.back().key_id = std::string(id);
  }
  return {};
}

}  // namespace

RsaKey::RsaKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

Result<RsaKey> RsaKey::from_parts(std::string_view modulus, std::string_view exponent) {
  const BignumPtr n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr));
  const BignumPtr e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr));
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  const bool built = n && e && builder &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
  const ParametersPtr parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  if (!made || key == nullptr) return bad_key("OpenSSL does not take the RSA key.");
  RsaKey owned(key);
  if (EVP_PKEY_get_bits(key) < kLeastRsaBits) return bad_key("An RSA key has less than 2048 bits.");
  return owned;
}

bool RsaKey::verify(std::string_view message, std::string_view signature) const {
  const DigestPtr context(EVP_MD_CTX_new());
  const bool valid = context &&
                     EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                     EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                                      message.size()) == 1;
  ERR_clear_error();
  return valid;
}

Result<ForeignKeys> read_foreign_keys(std::string_view text) {
  ForeignKeys keys;
  if (!text.starts_with('{')) {
    if (!text.empty()) keys.hs256_secrets.emplace_back(text);
    return keys;
  }
  dom::parser parser;
  dom::object object;
  if (parser.parse(text).get(object) != simdjson::SUCCESS) return bad_key("It is not a JSON object.");
  dom::array set;
  if (object["keys"].get(set) != simdjson::SUCCESS) {
    HF_CHECK(add_key(keys, object));
    return keys;
  }
  for (const auto item : set) {
    dom::object key;
    if (item.get(key) != simdjson::SUCCESS) return bad_key("A key is not a JSON object.");
    HF_CHECK(add_key(keys, key));
  }
  return keys;
}

}  // namespace holdfast::auth::detail
