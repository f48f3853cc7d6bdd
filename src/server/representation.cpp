#include "server/representation.hpp"

#include <sodium.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace holdfast::server {
namespace {

/// Compresses on one thread, with memory that is kept: setting it up anew costs more than a small answer.
class Deflater {
 public:
  Deflater() {
    constexpr int kGzipWindow = 15 + 16;
    constexpr int kUsualMemory = 8;
    ready_ = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kUsualMemory,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string run(std::string_view bytes) {
    if (!ready_ || deflateReset(&stream_) != Z_OK || bytes.size() > kMostBytes) return {};
    std::string out(deflateBound(&stream_, static_cast<uLong>(bytes.size())), '\0');
    // zlib reads what it is given and never writes there.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return {};
    out.resize(out.size() - stream_.avail_out);
    return out;
  }

 private:
  static constexpr std::size_t kMostBytes = 1U << 30U;
  z_stream stream_{};
  bool ready_ = false;
};

void erase_header(HttpResponse& response, std::string_view name) {
  std::erase_if(response.headers, [&](const auto& header) {
    return std::ranges::equal(header.first, name, [](unsigned char a, unsigned char b) {
      return std::tolower(a) == std::tolower(b);
    });
  });
}

}  // namespace

WantedForm wanted_form(const HttpRequest& request) {
  WantedForm wanted;
  wanted.is_get = request.method == "GET";
  for (const auto& [name, value] : request.headers) {
    if (name == "accept-encoding") wanted.takes_gzip = wanted.takes_gzip || takes_gzip(value);
    if (name != "if-none-match") continue;
    if (!wanted.if_none_match.empty()) wanted.if_none_match += ',';
    wanted.if_none_match += value;
  }
  return wanted;
}

bool takes_gzip(std::string_view accept_encoding) {
  for (const std::string_view coding : {"gzip", "x-gzip", "*"})
    if (const auto taken = list_takes(accept_encoding, coding)) return *taken;
  return false;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  const auto opaque = [](std::string_view text) { return text.starts_with("W/") ? text.substr(2) : text; };
  if (list_takes(if_none_match, "*")) return true;
  // Our tags hold no comma, so one inside of another's tag does no harm.
  while (!if_none_match.empty())
    if (opaque(take_part(if_none_match, ',')) == opaque(tag)) return true;
  return false;
}

std::string entity_tag(const HttpResponse& response) {
  // A fixed key: the same answer has the same tag after a restart.
  constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> kKey{'h', 'o', 'l', 'd',
                                                                                 'f', 'a', 's', 't'};
  std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash{};
  const auto* bytes = reinterpret_cast<const unsigned char*>(response.body.data());
  crypto_shorthash_siphashx24(hash.data(), bytes, response.body.size(), kKey.data());
  // The same rows as another type, or with another count beside them, are another answer.
  std::uint64_t headers = 0;
  for (const auto& [name, value] : response.headers)
    headers = headers * 31 + std::hash<std::string_view>{}(value);
  for (std::size_t i = 0; i < 8; ++i) hash[i] ^= static_cast<unsigned char>(headers >> (8 * i));

  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string tag = "W/\"";
  tag.reserve(tag.size() + 2 * hash.size() + 1);
  for (const unsigned byte : hash) {
    tag += kDigits[byte >> 4U];
    tag += kDigits[byte & 15U];
  }
  tag += '"';
  return tag;
}

bool is_compressible(std::string_view content_type) {
  const auto type = take_part(content_type, ';');
  return type.starts_with("text/") ? type != "text/event-stream"
                                   : type == "application/json" || type == "image/svg+xml" ||
                                         type.ends_with("+json") || type.ends_with("+xml");
}

std::string gzip(std::string_view bytes) {
  thread_local Deflater deflater;
  return deflater.run(bytes);
}

void answer_conditionally(const WantedForm& wanted, HttpResponse& response) {
  if (!wanted.is_get || response.status != 200 || response.source || response.body.empty()) return;
  auto tag = entity_tag(response);
  const bool has_it = !wanted.if_none_match.empty() && names_tag(wanted.if_none_match, tag);
  response.headers.emplace_back("ETag", std::move(tag));
  if (!has_it) return;
  response.status = 304;
  response.body.clear();
  erase_header(response, "Content-Type");
}

void compress_large(const WantedForm& wanted, HttpResponse& response, std::size_t min_bytes) {
  if (min_bytes == 0 || response.body.size() < min_bytes || response.source) return;
  if (!is_compressible(response.header("Content-Type")) || !response.header("Content-Encoding").empty())
    return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!wanted.takes_gzip) return;
  auto packed = gzip(response.body);
  if (packed.empty() || packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace holdfast::server
