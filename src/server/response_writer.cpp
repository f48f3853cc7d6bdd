#include "server/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace holdfast::server {
namespace {

struct Reason {
  int status;
  std::string_view phrase;
};

constexpr std::array kReasons{
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{300, "Multiple Choices"},
    Reason{304, "Not Modified"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
};

std::string_view reason_phrase(int status) {
  const auto found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? std::string_view{"Other"} : found->phrase;
}

void append_number(std::string& out, std::size_t number, int base = 10) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const auto begin = out.size();
  out.append(value);
  if (value.find('\r') != std::string_view::npos || value.find('\n') != std::string_view::npos) {
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
        [](char c) { return c == '\r' || c == '\n'; }, ' ');
  }
  out.append("\r\n");
}

/// RFC 9110, 8.6: these never have a Content-Length.
bool has_no_content(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

bool append_response(std::string& out, const HttpResponse& response, const ResponseFraming& framing) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  append_header(out, "Date", framing.date);
  if (!framing.keep_alive) out.append("Connection: close\r\n");
  if (framing.keep_alive && framing.http_1_0) out.append("Connection: keep-alive\r\n");
  if (has_no_content(response.status)) {
    out.append("\r\n");
    return false;
  }
  if (response.source == nullptr) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n\r\n");
    if (!framing.answers_head) out.append(response.body);
    return false;
  }
  if (!framing.http_1_0) out.append("Transfer-Encoding: chunked\r\n");
  out.append("\r\n");
  if (!framing.answers_head) append_piece(out, response.body, framing.http_1_0);
  return !framing.answers_head;
}

void append_piece(std::string& out, std::string_view piece, bool http_1_0) {
  if (http_1_0) {
    out.append(piece);
  } else if (!piece.empty()) {
    append_number(out, piece.size(), 16);
    out.append("\r\n").append(piece).append("\r\n");
  }
}

void append_end(std::string& out, bool http_1_0) {
  if (!http_1_0) out.append("0\r\n\r\n");
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text;
  const auto length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

}  // namespace holdfast::server
