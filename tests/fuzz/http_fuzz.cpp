// The HTTP parser reads any bytes without harm, and reads the same requests however the bytes are cut. Cut,
// they all go through Beast; whole, plain ones go through our own reader: the one holds the other to what it
// says.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "server/request_parser.hpp"

namespace {

using holdfast::server::HttpRequest;
using holdfast::server::RequestParser;

constexpr holdfast::server::ParseLimits kLimits{
    .header_bytes = 2048, .target_bytes = 512, .body_bytes = 4096};

struct Outcome {
  std::vector<HttpRequest> requests;
  std::vector<bool> kept;  ///< of each: whether the connection stays
  std::string error_code;
};

Outcome read_all(std::string_view bytes, std::size_t piece_bytes) {
  Outcome out;
  RequestParser parser(kLimits);
  std::string pending;
  while (out.error_code.empty() && (!bytes.empty() || !pending.empty())) {
    pending += bytes.substr(0, piece_bytes);
    bytes.remove_prefix(std::min(bytes.size(), piece_bytes));
    std::size_t used = 1;
    while (used > 0 && out.error_code.empty()) {
      used = parser.feed(pending);
      pending.erase(0, used);
      if (parser.state() == RequestParser::State::failed) out.error_code = parser.error().code;
      if (parser.state() != RequestParser::State::complete) continue;
      out.kept.push_back(parser.keep_alive());
      out.requests.push_back(parser.take());
      used = 1;
    }
    if (bytes.empty()) break;
  }
  return out;
}

void require(bool condition) {
  if (!condition) std::abort();
}

bool same(const HttpRequest& a, const HttpRequest& b) {
  return a.method == b.method && a.target == b.target && a.headers == b.headers && a.body == b.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read_all(bytes, bytes.size() + 1);
  const auto pieces = read_all(bytes, 1U + data[0] % 16U);
  // A limit may be noticed earlier or later; whatever was read before it is the same.
  const auto common = std::min(whole.requests.size(), pieces.requests.size());
  for (std::size_t i = 0; i < common; ++i) {
    require(same(whole.requests[i], pieces.requests[i]) && whole.kept[i] == pieces.kept[i]);
  }
  if (whole.error_code.empty() && pieces.error_code.empty()) {
    require(whole.requests.size() == pieces.requests.size());
  }
  for (const auto& request : whole.requests) {
    require(request.body.size() <= kLimits.body_bytes);
    require(request.target.starts_with('/') || request.target == "*");
    require(request.header("content-length").empty() || request.header("transfer-encoding").empty());
  }
  return 0;
}
