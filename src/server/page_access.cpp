#include "server/page_access.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace holdfast::server {
namespace {

bool is_loopback(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
  const auto name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name == "127.0.0.1";
}

std::uint16_t port_of(std::string_view address) {
  std::uint16_t port = 0;
  const auto text = address.substr(std::min(address.size(), address.rfind(':') + 1));
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

bool only_own_clients(std::uint16_t port) {
  std::ifstream tcp("/proc/net/tcp");
  if (!tcp || has_foreign_client(tcp, port, ::getuid())) return false;
  std::ifstream tcp6("/proc/net/tcp6");  // not there without IPv6
  return !tcp6 || !has_foreign_client(tcp6, port, ::getuid());
}

}  // namespace

bool is_local_caller(const HttpRequest& request, std::string_view listen) {
  constexpr std::array<std::string_view, 4> kOfProxies{"x-forwarded-for", "forwarded", "via", "x-real-ip"};
  const auto& remote = request.remote_address;
  const bool from_here = remote == "127.0.0.1" || remote == "::1";
  const bool through_proxy =
      std::ranges::any_of(kOfProxies, [&](auto name) { return !request.header(name).empty(); });
  const auto site = request.header("sec-fetch-site");
  const bool from_foreign_page = !site.empty() && site != "same-origin" && site != "none";
  return is_loopback(listen) && from_here && !through_proxy && !from_foreign_page &&
         is_loopback(request.header("host"));
}

bool is_owner_reading(const HttpRequest& request, std::string_view listen) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const auto origin = request.header("origin");
  const bool from_own_page = origin.empty() || origin == "http://" + std::string(request.header("host"));
  return reads && from_own_page && !request.header("x-holdfast-page").empty() &&
         is_local_caller(request, listen) && only_own_clients(port_of(listen));
}

bool has_foreign_client(std::istream& table, std::uint16_t port, std::uint32_t user) {
  std::string line;
  std::getline(table, line);  // the heading
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits;
    std::uint32_t owner = std::numeric_limits<std::uint32_t>::max();
    if (!(fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> owner)) return true;
    std::uint16_t remote_port = 0;
    const auto hex = std::string_view(remote).substr(std::min(remote.size(), remote.rfind(':') + 1));
    std::from_chars(hex.data(), hex.data() + hex.size(), remote_port, 16);
    if (remote_port == port && owner != 0 && owner != user) return true;
  }
  return false;
}

}  // namespace holdfast::server
