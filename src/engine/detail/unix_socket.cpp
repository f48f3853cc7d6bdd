#include "engine/detail/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace holdfast::engine::detail {
namespace {

constexpr int kBacklog = 16;

Error socket_error(const std::string& what, const std::filesystem::path& path) {
  return {
      .code = "58030", .message = "could not " + what + " " + path.string(), .details = std::strerror(errno)};
}

/// An address holds about a hundred characters; a longer path is gone to by way of its folder's descriptor.
class Address {
 public:
  explicit Address(const std::filesystem::path& path) {
    std::string text = path.string();
    if (text.size() >= sizeof address_.sun_path) {
      folder_ = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
      text = "/proc/self/fd/" + std::to_string(folder_) + "/" + path.filename().string();
    }
    address_.sun_family = AF_UNIX;
    text.copy(address_.sun_path, sizeof address_.sun_path - 1);
  }
  ~Address() {
    if (folder_ >= 0) ::close(folder_);
  }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  [[nodiscard]] static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  int folder_ = -1;
  sockaddr_un address_{};
};

}  // namespace

Result<UnixSocket> UnixSocket::listen(const std::filesystem::path& path) {
  UnixSocket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.descriptor_ < 0) return socket_error("make a socket for", path);
  ::unlink(path.c_str());
  const Address address(path);
  // The file takes over the mode that its socket has when it is bound.
  if (::fchmod(made.descriptor_, 0600) != 0 ||
      ::bind(made.descriptor_, address.get(), Address::size()) != 0 || ::chmod(path.c_str(), 0600) != 0 ||
      ::listen(made.descriptor_, kBacklog) != 0)
    return socket_error("listen on", path);
  return made;
}

Result<std::optional<UnixSocket>> UnixSocket::connect(const std::filesystem::path& path) {
  UnixSocket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.descriptor_ < 0) return socket_error("make a socket for", path);
  const Address address(path);
  if (::connect(made.descriptor_, address.get(), Address::size()) == 0) return std::optional(std::move(made));
  if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return std::optional<UnixSocket>();
  return socket_error("connect to", path);
}

UnixSocket::~UnixSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

UnixSocket::UnixSocket(UnixSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), pending_(std::move(other.pending_)) {}

UnixSocket& UnixSocket::operator=(UnixSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(pending_, other.pending_);
  return *this;
}

std::optional<UnixSocket> UnixSocket::accept() const {
  const int peer = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
  if (peer < 0) return std::nullopt;
  return UnixSocket(peer);
}

bool UnixSocket::peer_is_owner() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

void UnixSocket::hang_up() const { ::shutdown(descriptor_, SHUT_RDWR); }
void UnixSocket::stop_reading() const { ::shutdown(descriptor_, SHUT_RD); }

bool UnixSocket::write_line(std::string_view text) const {
  const std::string line = std::string(text) + "\n";
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t count = ::send(descriptor_, line.data() + written, line.size() - written, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<std::string> UnixSocket::read_line(std::size_t most_bytes) {
  std::size_t searched = 0;
  while (true) {
    const auto end = pending_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    searched = pending_.size();
    if (searched > most_bytes) return std::nullopt;
    std::array<char, 65536> chunk{};
    const ssize_t count = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    pending_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace holdfast::engine::detail
