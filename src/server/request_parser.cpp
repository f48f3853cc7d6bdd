#include "server/request_parser.hpp"

// Beast 1.81 asserts that a last chunk comes with two bytes behind it at least, and a client that sends them
// one by one would end the process. The code behind the assertion copes with fewer; the fuzzer holds it to
// that.
#define BOOST_DISABLE_ASSERTS

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>

#include "server/plain_request.hpp"

namespace holdfast::server {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using boost::beast::string_view;

std::string_view plain(string_view text) { return {text.data(), text.size()}; }

Error malformed(std::string message) {
  return {
      .code = "HF014", .message = std::move(message), .hint = "Send the request as RFC 9112 describes it."};
}

/// `http://host/path` -> `/path`; empty when it is none of the forms that an origin server takes.
std::string_view origin_form(std::string_view target, bool is_options) {
  if (target.starts_with('/') || (is_options && target == "*")) return target;
  const auto scheme = target.find("://");
  if (scheme != 4 && scheme != 5) return {};
  if (!target.starts_with("http")) return {};
  const auto slash = target.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
}

}  // namespace

class RequestParser::Machine final : public http::basic_parser<true> {
 public:
  explicit Machine(const ParseLimits& limits) : limits_(limits) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  HttpRequest request;
  std::optional<Error> failure;
  bool expects_continue = false;
  bool http_1_0 = false;

  /// What the library's own complaint means to the client.
  Error explain(const ErrorCode& code) const {
    if (code == http::error::body_limit) {
      return {.code = "HF006",
              .message = "The request body is larger than " + std::to_string(limits_.body_bytes) + " bytes",
              .hint = "Send it in parts, or raise max_body_bytes."};
    }
    if (code == http::error::header_limit) {
      return has_request_line_ ? too_large_header() : too_long_target();
    }
    return malformed("The request cannot be parsed: " + code.message());
  }
  Error too_large_header() const {
    return {.code = "HF017",
            .message = "The headers are larger than " + std::to_string(limits_.header_bytes) + " bytes",
            .hint = "Send fewer or shorter headers, or raise max_header_bytes."};
  }
  Error too_long_target() const {
    return {.code = "HF016",
            .message = "The URL is longer than " + std::to_string(limits_.target_bytes) + " bytes",
            .hint = "Put long lists of values into the body of a POST to a function."};
  }

 private:
  void refuse(Error error, ErrorCode& code) {
    failure = std::move(error);
    code = http::error::bad_value;
  }

  void on_request_impl(http::verb /*method*/, string_view method, string_view target, int version,
                       ErrorCode& code) override {
    has_request_line_ = true;
    http_1_0 = version == 10;
    if (target.size() > limits_.target_bytes) return refuse(too_long_target(), code);
    const auto path = origin_form(plain(target), method == "OPTIONS");
    if (path.empty()) return refuse(malformed("The request target is neither a path nor an http URL"), code);
    request.method = plain(method);
    request.target = path;
  }

  void on_field_impl(http::field field, string_view name, string_view value, ErrorCode& code) override {
    if (header_is_over_) return;  // a trailer: it must not pass for a header
    switch (field) {
      case http::field::host:
        if (++hosts_ > 1) return refuse(malformed("There are several Host headers"), code);
        break;
      case http::field::transfer_encoding:
        if (!boost::beast::iequals(value, "chunked") || http_1_0) {
          return refuse(malformed("Transfer-Encoding may only be chunked, in HTTP/1.1"), code);
        }
        break;
      case http::field::expect:
        if (!boost::beast::iequals(value, "100-continue")) {
          return refuse(malformed("Expect may only be 100-continue"), code);
        }
        expects_continue = !http_1_0;
        break;
      default:
        break;
    }
    auto& header = request.headers.emplace_back(plain(name), plain(value));
    std::ranges::transform(header.first, header.first.begin(), boost::beast::detail::ascii_tolower);
  }

  void on_header_impl(ErrorCode& code) override {
    header_is_over_ = true;
    if (hosts_ == 0 && !http_1_0) refuse(malformed("The Host header is missing"), code);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& /*code*/) override {
    // A promise is not yet a body: a large one is given its memory as it arrives.
    constexpr std::uint64_t kReserveAtOnce = 1U << 20U;
    if (length) request.body.reserve(static_cast<std::size_t>(std::min(*length, kReserveAtOnce)));
  }
  std::size_t on_body_impl(string_view bytes, ErrorCode& /*code*/) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, string_view /*extensions*/,
                            ErrorCode& /*code*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, string_view bytes, ErrorCode& code) override {
    return on_body_impl(bytes, code);
  }
  void on_finish_impl(ErrorCode& /*code*/) override {}
  void on_response_impl(int /*status*/, string_view /*reason*/, int /*version*/,
                        ErrorCode& /*code*/) override {}

  const ParseLimits& limits_;
  bool has_request_line_ = false;
  bool header_is_over_ = false;
  int hosts_ = 0;
};

RequestParser::RequestParser(ParseLimits limits) : limits_(limits) {
  machine_ = std::make_unique<Machine>(limits_);
}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (plain_) return used;
  // RFC 9112, 2.2: an empty line before a request line is passed over.
  while (!machine_->got_some() && bytes.substr(used).starts_with("\r\n")) used += 2;
  if (!machine_->got_some() && used < bytes.size()) {
    if (bytes.substr(used) == "\r") return used;
    const auto step = read_plain_request(bytes.substr(used), limits_, request_);
    plain_ = step > 0;
    if (plain_) return used + step;
  }
  while (used < bytes.size() && state() != State::complete && state() != State::failed) {
    ErrorCode code;
    const auto step = machine_->put({bytes.data() + used, bytes.size() - used}, code);
    used += step;
    if (code == http::error::need_more) break;
    if (code && !machine_->failure) machine_->failure = machine_->explain(code);
  }
  return used;
}

RequestParser::State RequestParser::state() const {
  if (plain_) return State::complete;
  if (machine_->failure) return State::failed;
  if (machine_->is_done()) return State::complete;
  return machine_->is_header_done() ? State::body : State::header;
}

bool RequestParser::started() const { return plain_ || machine_->got_some(); }
const Error& RequestParser::error() const { return *machine_->failure; }
bool RequestParser::expects_continue() const { return machine_->expects_continue; }
bool RequestParser::keep_alive() const { return plain_ || machine_->keep_alive(); }
std::size_t RequestParser::body_bytes() const {
  return plain_ ? request_.body.capacity() : machine_->request.body.capacity();
}
bool RequestParser::is_http_1_0() const { return machine_->http_1_0; }

HttpRequest RequestParser::take() {
  if (std::exchange(plain_, false)) return std::exchange(request_, {});
  HttpRequest request = std::move(machine_->request);
  machine_ = std::make_unique<Machine>(limits_);
  return request;
}

}  // namespace holdfast::server
