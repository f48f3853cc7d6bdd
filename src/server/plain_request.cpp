#include "server/plain_request.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace holdfast::server {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
constexpr std::uint64_t kTops = 0x8080808080808080ULL;

/// Whether any of eight bytes is below `Limit`, counting from 0x80 on as above, or DEL. May err on the safe
/// side next to such a byte.
template <std::uint64_t Limit>
bool may_end_text(std::uint64_t eight) {
  const std::uint64_t below = (eight - kOnes * Limit) & ~eight;
  const std::uint64_t from_delete = eight ^ (kOnes * 0x7f);
  return ((below | ((from_delete - kOnes) & ~from_delete)) & kTops) != 0;
}

/// The first byte below `Limit`, or DEL; `end` without one.
template <unsigned char Limit>
const char* end_of_text(const char* at, const char* end) {
  for (; end - at >= 8; at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    if (may_end_text<Limit>(eight)) break;
  }
  while (at != end && static_cast<unsigned char>(*at) >= Limit && *at != '\x7f') ++at;
  return at;
}

/// A token's character in lower case; 0 for what a token may not have.
constexpr std::array<char, 256> kToken = [] {
  std::array<char, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c + 32);
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<std::size_t>(c)] = c;
  return table;
}();

/// Headers that say more than themselves.
bool is_for_the_parser(std::string_view name) {
  constexpr std::array<std::string_view, 6> kFraming{"content-length",   "transfer-encoding", "expect",
                                                     "proxy-connection", "upgrade",           "connection"};
  return std::ranges::find(kFraming, name) != kFraming.end();
}

bool is_keep_alive(std::string_view name, std::string_view value) {
  return name == "connection" && (value == "keep-alive" || value == "Keep-Alive");
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

class Reader {
 public:
  Reader(std::string_view bytes, HttpRequest& into)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), into_(into) {}

  [[nodiscard]] const char* at() const { return at_; }

  bool request_line(std::size_t most_target_bytes) {
    const char* const method = at_;
    while (at_ != end_ && *at_ >= 'A' && *at_ <= 'Z') ++at_;
    into_.method.assign(method, at_);
    if (into_.method.empty() || !take(" /")) return false;
    const char* const target = at_ - 1;
    at_ = end_of_text<0x21>(at_, end_);
    into_.target.assign(target, at_);
    return into_.target.size() <= most_target_bytes && take(" HTTP/1.1\r\n");
  }

  /// Up to the empty line.
  bool headers() {
    into_.headers.reserve(16);
    int hosts = 0;
    while (!take("\r\n")) {
      if (!header()) return false;
      const auto& [name, value] = into_.headers.back();
      if (name == "host") ++hosts;
      if (is_for_the_parser(name) && !is_keep_alive(name, value)) return false;
    }
    return hosts == 1;
  }

 private:
  bool take(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size()) return false;
    if (std::memcmp(at_, text.data(), text.size()) != 0) return false;
    at_ += text.size();
    return true;
  }

  bool header() {
    auto& [name, value] = into_.headers.emplace_back();
    const char* const name_begin = at_;
    while (at_ != end_ && kToken[static_cast<unsigned char>(*at_)] != 0) ++at_;
    if (at_ == name_begin || at_ == end_ || *at_ != ':') return false;
    name.assign(name_begin, at_++);
    for (char& c : name) c = kToken[static_cast<unsigned char>(c)];
    while (at_ != end_ && is_blank(*at_)) ++at_;
    const char* const value_begin = at_;
    at_ = end_of_text<0x20>(at_, end_);
    const char* value_end = at_;
    while (value_end != value_begin && is_blank(value_end[-1])) --value_end;
    value.assign(value_begin, value_end);
    // A line that begins with a blank goes on with this value.
    return take("\r\n") && at_ != end_ && !is_blank(*at_);
  }

  const char* at_;
  const char* end_;
  HttpRequest& into_;
};

}  // namespace

std::size_t read_plain_request(std::string_view bytes, const ParseLimits& limits, HttpRequest& into) {
  Reader reader(bytes.substr(0, limits.header_bytes), into);
  if (reader.request_line(limits.target_bytes) && reader.headers()) {
    return static_cast<std::size_t>(reader.at() - bytes.data());
  }
  into.headers.clear();
  return 0;
}

}  // namespace holdfast::server
