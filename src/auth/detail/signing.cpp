#include "auth/detail/signing.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "auth/detail/base64url.hpp"

namespace holdfast::auth::detail {
namespace {

constexpr std::size_t kCoordinateBytes = 32;
constexpr std::string_view kCurve = "prime256v1";

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error openssl_error(std::string_view what) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return {.code = "XX000", .message = "OpenSSL could not " + std::string(what), .details = reason.data()};
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == kCurve;
}

Result<std::string> coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return openssl_error("read a public key");
  const BignumPtr owned(number);
  std::string bytes(kCoordinateBytes, '\0');
  if (BN_bn2binpad(number, bytes_of(bytes), kCoordinateBytes) < 0) return openssl_error("read a public key");
  return bytes;
}

/// ECDSA's DER form -> r and s side by side.
Result<std::string> raw_signature(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const SignaturePtr parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!parts) return openssl_error("read its own signature");
  std::string raw(2 * kCoordinateBytes, '\0');
  unsigned char* out = bytes_of(raw);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out, kCoordinateBytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), out + kCoordinateBytes, kCoordinateBytes) < 0)
    return openssl_error("write a signature");
  return raw;
}

/// r and s side by side -> ECDSA's DER form; empty when that is impossible.
std::string der_signature(std::string_view raw) {
  if (raw.size() != 2 * kCoordinateBytes) return {};
  const SignaturePtr parts(ECDSA_SIG_new());
  BignumPtr r(BN_bin2bn(bytes_of(raw), kCoordinateBytes, nullptr));
  BignumPtr s(BN_bin2bn(bytes_of(raw) + kCoordinateBytes, kCoordinateBytes, nullptr));
  if (!parts || !r || !s || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // the signature owns both now
  static_cast<void>(s.release());
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &encoded);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<char*>(encoded), static_cast<std::size_t>(length));
  OPENSSL_free(encoded);
  return der;
}

}  // namespace

EcKey::EcKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

Result<EcKey> EcKey::generate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  if (key == nullptr) return openssl_error("make a key");
  return EcKey(key);
}

Result<EcKey> EcKey::from_private_pem(std::string_view pem) {
  const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No pass phrase may be asked for on the terminal.
  const auto no_pass_phrase = [](char*, int, int, void*) { return -1; };
  EVP_PKEY* key = source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_pass_phrase, nullptr) : nullptr;
  ERR_clear_error();
  if (key == nullptr)
    return Error{.code = "HF012", .message = "the ES256 private key is not a key in PEM form"};
  EcKey made(key);
  if (!is_p256(key)) return Error{.code = "HF012", .message = "the ES256 private key is not on curve P-256"};
  return made;
}

Result<std::string> EcKey::private_pem() const {
  const BioPtr sink(BIO_new(BIO_s_mem()));
  if (!sink || PEM_write_bio_PrivateKey(sink.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("write a key");
  char* text = nullptr;
  const long length = BIO_get_mem_data(sink.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

Result<std::string> EcKey::public_x() const { return coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X); }
Result<std::string> EcKey::public_y() const { return coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y); }

Result<std::string> EcKey::thumbprint() const {
  HF_TRY(const std::string x, public_x());
  HF_TRY(const std::string y, public_y());
  const std::string canonical = R"({"crv":"P-256","kty":"EC","x":")" + base64url_encode(x) + R"(","y":")" +
                                base64url_encode(y) + R"("})";
  std::string digest(32, '\0');
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, canonical.data(), canonical.size(), bytes_of(digest),
                   nullptr) != 1)
    return openssl_error("hash a key");
  return base64url_encode(digest);
}

Result<std::string> EcKey::sign(std::string_view message) const {
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes_of(message), message.size()) != 1)
    return openssl_error("sign");
  std::string der(length, '\0');
  if (EVP_DigestSign(context.get(), bytes_of(der), &length, bytes_of(message), message.size()) != 1)
    return openssl_error("sign");
  return raw_signature(std::string_view(der).substr(0, length));
}

bool EcKey::verify(std::string_view message, std::string_view signature) const {
  const std::string der = der_signature(signature);
  if (der.empty()) return false;
  const DigestPtr context(EVP_MD_CTX_new());
  const bool valid =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return valid;
}

std::string hmac_sha256(std::string_view secret, std::string_view message) {
  std::string code(32, '\0');
  std::size_t length = 0;
  const auto* made = EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, secret.data(), secret.size(),
                               bytes_of(message), message.size(), bytes_of(code), code.size(), &length);
  if (made == nullptr || length != code.size()) return {};
  return code;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace holdfast::auth::detail
