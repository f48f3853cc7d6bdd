// The client that the tests of this room share; a _test.cpp, so that only the test binary has it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "server/testing/socket_client.hpp"

namespace holdfast::server::testing {
namespace {

int connect_to(std::string_view address) {
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(std::string(address.substr(colon + 1)))));
  inet_pton(AF_INET, std::string(address.substr(0, colon)).c_str(), &to.sin_addr);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return descriptor;
  close(descriptor);
  return -1;
}

ClientResponse parse_head(std::string_view head) {
  ClientResponse response;
  response.status = std::stoi(std::string(head.substr(9, 3)));
  auto at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) break;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers.emplace_back(std::move(name), line.substr(colon + 2));
    at = head.find("\r\n", at + 2);
  }
  return response;
}

}  // namespace

std::string ClientResponse::header(std::string_view name) const {
  const auto found =
      std::ranges::find(headers, name, [](const auto& h) -> std::string_view { return h.first; });
  return found == headers.end() ? "" : found->second;
}

SocketClient::SocketClient(std::string_view address) : descriptor_(connect_to(address)) {}
SocketClient::SocketClient(SocketClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), pending_(std::move(other.pending_)) {}
SocketClient::~SocketClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool SocketClient::can_connect(std::string_view address) {
  const int descriptor = connect_to(address);
  if (descriptor >= 0) close(descriptor);
  return descriptor >= 0;
}

void SocketClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // the answer tells why
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool SocketClient::fill() {
  std::array<char, 65536> buffer;
  const auto count = recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  pending_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

ClientResponse SocketClient::read_response(bool of_head) {
  std::size_t end = 0;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  auto response = parse_head(std::string_view(pending_).substr(0, end + 2));
  pending_.erase(0, end + 4);
  const auto length_text = response.header("content-length");
  const auto length = of_head || length_text.empty() ? 0 : std::stoul(length_text);
  while (pending_.size() < length) {
    if (!fill()) return {};
  }
  response.body = pending_.substr(0, length);
  pending_.erase(0, length);
  return response;
}

std::string SocketClient::read_chunk() {
  std::size_t end = 0;
  while ((end = pending_.find("\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  const auto length = std::stoul(pending_.substr(0, end), nullptr, 16);
  while (pending_.size() < end + 2 + length + 2) {
    if (!fill()) return {};
  }
  auto chunk = pending_.substr(end + 2, length);
  pending_.erase(0, end + 2 + length + 2);
  return chunk;
}

std::string SocketClient::read_to_end() {
  while (fill()) {
  }
  return std::exchange(pending_, {});
}

void SocketClient::finish_sending() const { shutdown(descriptor_, SHUT_WR); }

bool SocketClient::is_closed_by_peer() {
  while (fill()) {
  }
  char byte = 0;
  return recv(descriptor_, &byte, 1, MSG_DONTWAIT) == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void SocketClient::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(std::exchange(descriptor_, -1));
}

}  // namespace holdfast::server::testing
